import { escapeToken, parsePointer, readPointer } from '../http/pointer.ts'
import type { Json } from './contract.ts'
import { pointerOf } from './deref.ts'
import { isTree } from './tree.ts'
import { copyMarks, type Mark, markOf, type Source } from './marks.ts'
import type { Problems } from './problems.ts'

/** A part of a document and where it really stands, after all `$ref`s. */
export interface Found {
  value: unknown
  /** JSON Pointer in the document. */
  pointer: string
}

/** Follows internal `$ref`s from here until there is none. A circular or broken chain ends in `undefined`. */
export function follow(document: Json, value: unknown, pointer: string): Found {
  const seen = new Set<string>()
  let found: Found = { value, pointer }
  while (isTree(found.value) && typeof found.value['$ref'] === 'string') {
    const ref = found.value['$ref']
    if (!ref.startsWith('#') || seen.has(ref)) return { value: undefined, pointer: found.pointer }
    seen.add(ref)
    const target = pointerOf(ref)
    found = target === undefined ? { value: undefined, pointer: found.pointer } : { value: readPointer(document, target), pointer: target }
  }
  return found
}

/** The pointer of a member. */
export function under(pointer: string, ...keys: (string | number)[]): string {
  return pointer + keys.map((key) => `/${escapeToken(String(key))}`).join('')
}

/** Walks every `$ref` of a document: does any lead out of it? One that leads to nothing is a warning. */
export function checkReferences(document: Json, problems: Problems): { external: boolean } {
  const seen = new Set<object>()
  const open: unknown[] = [document]
  let external = false
  while (open.length) {
    const at = open.pop()
    if (typeof at !== 'object' || at === null || seen.has(at)) continue
    seen.add(at)
    const ref = (at as Record<string, unknown>)['$ref']
    if (typeof ref === 'string') {
      const pointer = ref.startsWith('#') ? pointerOf(ref) : undefined
      if (!ref.startsWith('#')) external = true
      else if (pointer !== undefined && readPointer(document, pointer) === undefined)
        problems.warn(markOf(at, '$ref'), `${ref} leads to nothing; what stands here is taken as if it said nothing`)
    }
    open.push(...Object.values(at))
  }
  return { external }
}

/** Brings what other files hold into the document (`@redocly/openapi-core`, loaded only here). Positions stay known where the path is the same. */
export async function bundleReferences(document: Json, source: Source, problems: Problems): Promise<Json> {
  const { bundleFromString, createConfig } = await import('@redocly/openapi-core')
  const result = await bundleFromString({ source: JSON.stringify(document), absoluteRef: source.file, config: await createConfig({}) })
  for (const problem of result.problems.filter(({ severity }) => severity === 'error')) {
    const pointer = problem.location.find(({ pointer: at }) => at)?.pointer?.replace(/^#?/, '') ?? ''
    problems.error(
      markAt(document, pointer) ?? { source },
      `a $ref cannot be followed: ${problem.message}`,
      pointer,
      'a $ref to something that exists',
    )
  }
  const bundled = result.bundle.parsed as Json
  transplant(document, bundled)
  if (isTree(document) && isTree(bundled) && document['x-conflict'] !== undefined) bundled['x-conflict'] = document['x-conflict']
  return bundled
}

function markAt(document: Json, pointer: string): Mark | undefined {
  const tokens = pointer.startsWith('/') ? parsePointer(pointer) : []
  return tokens.length ? markOf(readPointer(document, tokens.slice(0, -1)), tokens.at(-1)!) : undefined
}

function transplant(from: unknown, to: unknown): void {
  if (typeof from !== 'object' || from === null || typeof to !== 'object' || to === null || from === to) return
  copyMarks(from, to)
  for (const [key, value] of Object.entries(from)) if (key !== '$ref') transplant(value, (to as Record<string, unknown>)[key])
}
