import { existsSync, readFileSync } from 'node:fs'

/** The folder of the package: it lies above this file both in a checkout and in `dist`. */
export const packageFolder: URL = ['..', '../..']
  .map((path) => new URL(`${path}/`, import.meta.url))
  .find((folder) => existsSync(new URL('bin/ifmatch.js', folder)))!

/** The version in the package's manifest. */
export const version: string = (JSON.parse(readFileSync(new URL('package.json', packageFolder), 'utf8')) as { version: string }).version
