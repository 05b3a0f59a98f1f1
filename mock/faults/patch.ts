import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { isMembers } from '../conflicts.ts'
import { bodyOf } from '../content.ts'
import type { Decision } from '../decision.ts'
import { fault, type DecidedScene, type Fault } from '../fault.ts'
import { headerOf, withHeader } from '../message.ts'
import { editBody } from './edit.ts'
import type { Write } from '../kept.ts'

/** Bugs of PATCH. */

type Operation = { op?: string; path?: string; value?: Json }

/** Members are set one after the other, and what was set before the first bad one stays. */
export const patchHalfApplied: Fault = fault({
  name: 'patch-half-applied',
  title: 'applies the members of a merge patch one by one, and keeps those before the one that it refuses',
  writes(writes, scene) {
    const body = bodyOf(scene.facts.request)
    if (!isRefusedPatch(scene) || !isMembers(body)) return writes
    const first = Object.entries(body).find(([, value]) => typeof value === 'string')
    return first === undefined ? writes : [...writes, ...changed(scene, `/${first[0]}`, first[1])]
  },
})

/** The operations are applied where they stand, without a copy. */
export const jsonPatchHalfApplied: Fault = fault({
  name: 'json-patch-half-applied',
  title: 'keeps what a JSON Patch replaced before the operation that failed',
  writes(writes, scene) {
    const body = bodyOf(scene.facts.request)
    if (!isRefusedPatch(scene) || !Array.isArray(body)) return writes
    const [first] = body as Operation[]
    return first?.op !== 'replace' ? writes : [...writes, ...changed(scene, first.path ?? '', first.value ?? null)]
  },
})

/** A library that knows `test` by name only. */
export const jsonPatchTestIgnored: Fault = fault({
  name: 'json-patch-test-ignored',
  title: 'leaves the tests of a JSON Patch out',
  request(request) {
    if (request.method !== 'PATCH' || request.body === undefined || !headerOf(request.headers, 'content-type')?.includes('json-patch'))
      return request
    const operations = JSON.parse(request.body.toString()) as Operation[]
    const kept = operations.filter(({ op }) => op !== 'test')
    return { ...request, body: Buffer.from(JSON.stringify(kept)) }
  },
})

export const patchAnyFormat: Fault = fault({
  name: 'patch-any-format',
  title: 'takes a patch of any media type for a merge patch',
  request: (request) =>
    request.method === 'PATCH' && headerOf(request.headers, 'content-type')?.includes('x-') === true
      ? { ...request, headers: withHeader(request.headers, 'Content-Type', 'application/merge-patch+json') }
      : request,
})

/** Null and absent are one to many languages. */
export const mergePatchNullIgnored: Fault = fault({
  name: 'merge-patch-null-ignored',
  title: 'takes null in a merge patch for "not named"',
  request(request) {
    if (request.method !== 'PATCH' || !headerOf(request.headers, 'content-type')?.includes('merge-patch')) return request
    const body = bodyOf(request)
    if (!isMembers(body)) return request
    const kept = Object.fromEntries(Object.entries(body).filter(([, value]) => value !== null))
    return { ...request, body: Buffer.from(JSON.stringify(kept)) }
  },
})

/** Two statements, and no transaction around them. */
export const patchSeenHalf: Fault = fault({
  name: 'patch-seen-half',
  title: 'shows one member of a patch later than the others',
  writes(writes, scene) {
    const body = bodyOf(scene.facts.request)
    if (scene.role !== 'patch' || scene.decision.kind !== 'perform' || !isMembers(body) || !isMembers(scene.item?.value as Json))
      return writes
    const last = Object.keys(body).at(-1)
    if (last !== undefined) scene.memory.set(scene.received.target, [last, (scene.item!.value as Record<string, Json>)[last] ?? null])
    return writes
  },
  answer(answer, { memory, received, role }) {
    const half = memory.get(received.target) as [string, Json] | undefined
    if (role !== 'read' || half === undefined || answer.status !== 200) return answer
    memory.delete(received.target)
    return editBody(answer, (body) => ({ ...body, [half[0]]: half[1] }))
  },
})

export const contentRangeIgnored: Fault = fault({
  name: 'content-range-ignored',
  title: 'puts a part in place of the whole',
  request: (request) => ({ ...request, headers: withHeader(request.headers, 'Content-Range', undefined) }),
})

function isRefusedPatch({ decision, received }: DecidedScene): boolean {
  const refused = (one: Decision): boolean => one.kind === 'reject' || one.kind === 'refuse'
  return received.method === 'PATCH' && refused(decision) && !(decision.kind === 'reject' && [401, 404].includes(decision.status))
}

/** The item with one member changed, as the start of a longer change would leave it. */
function changed({ item }: DecidedScene, pointer: string, value: Json): Write[] {
  if (item === undefined || Buffer.isBuffer(item.value) || readPointer(item.value, pointer) === undefined) return []
  const { version: _version, tag: _tag, history: _history, order: _order, ...draft } = item
  return [{ kind: 'put', item: { ...draft, value: writePointer(item.value, pointer, value) as Json, bumps: true } }]
}
