import { existsSync } from 'node:fs'
import { fileURLToPath } from 'node:url'

/** The path of a file that lies in `spec/`: beside this module, or in the sources where this module was compiled to `dist/spec/`. */
export function specFile(name: string): string {
  const beside = fileURLToPath(new URL(name, import.meta.url))
  return existsSync(beside) ? beside : fileURLToPath(new URL(`../../spec/${name}`, import.meta.url))
}

/** The reference API: the document that ifmatch's own mock acts out if it is given no other. */
export const referenceApi: string = specFile('ifmatch.openapi.yaml')
