import { existsSync, readFileSync } from 'node:fs'

/** The version in the package's manifest, which lies above this file both in a checkout and in `dist`. */
export const version: string = readVersion()

function readVersion(): string {
  const manifest = ['../package.json', '../../package.json'].map(path => new URL(path, import.meta.url)).find(url => existsSync(url))
  return manifest ? (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version : '0.0.0'
}
