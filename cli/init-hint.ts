import { readFile } from 'node:fs/promises'
import type { Json } from '../spec/contract.ts'
import type { Hint } from '../spec/candidates/structure.ts'
import { wrongUsage } from './failure.ts'
import type { InitOptions } from './init.ts'

/** What the command line says of a resource that the paths of the document do not show. @throws Failure where that is no path of a document */
export async function hintOf({ collection, item, with: facts, sample }: InitOptions): Promise<Hint> {
  for (const [option, path] of [
    ['--collection', collection],
    ['--item', item],
  ])
    if (path !== undefined && !path.startsWith('/'))
      throw wrongUsage(`${option} ${path}: with a document this is one of its paths, as /notes/{id}; URLs are for an API without one`)
  if (item === undefined) {
    if (collection !== undefined) throw wrongUsage(`--collection ${collection}: needs --item, the path of its items`)
    if (facts?.length) throw wrongUsage(`--with ${facts[0]}: needs --item, the path of the items whose requests are meant`)
    if (sample !== undefined) throw wrongUsage(`--sample ${sample}: needs --item, the path of the items that it is one of`)
    return {}
  }
  return {
    item,
    collection,
    with: Object.fromEntries((facts ?? []).map(factOf)),
    sample: sample === undefined ? undefined : await sampleOf(sample),
  }
}

/** `$request.path.bucket=photos` */
function factOf(text: string): [place: string, value: string] {
  const [, place, value] = /^(\$request\.(?:path|query|header)\.[^=]+)=(.*)$/s.exec(text) ?? []
  if (place === undefined || value === undefined)
    throw wrongUsage(
      `--with ${text}: says no place and value; write it as '$request.path.bucket=photos' ($request.path, $request.query or $request.header)`,
    )
  return [place, value]
}

/** A body from a file; what is no JSON is a text. */
export async function sampleOf(file: string): Promise<Json> {
  let text: string
  try {
    text = await readFile(file, 'utf8')
  } catch (error) {
    throw wrongUsage(`--sample ${file}: cannot be read (${(error as NodeJS.ErrnoException).code ?? String(error)})`, error)
  }
  try {
    return JSON.parse(text) as Json
  } catch {
    return text
  }
}

/** What is wrong with something that was said on the command line is wrong usage. */
export async function usable<T>(make: () => T | Promise<T>): Promise<T> {
  try {
    return await make()
  } catch (error) {
    if (error instanceof SyntaxError) throw wrongUsage(error.message, error)
    throw error
  }
}
