import { createRequire } from 'node:module'
import { inRange, isJson } from '../http/media-type.ts'
import { applyMergePatch, mergePatchMediaType } from '../http/merge-patch.ts'
import { readPointer, removePointer, writePointer } from '../http/pointer.ts'
import type { Json, MediaType, Operation } from '../spec/contract.ts'
import { isMembers } from './conflicts.ts'
import { contentOf, type Content } from './content.ts'
import { reject, type Decision } from './decision.ts'
import type { Situation } from './decide.ts'
import { itemIn, type Model } from './model.ts'
import { changeIn, shownPatch } from './shown-patch.ts'

const require = createRequire(import.meta.url)

/** What a request would make of the item, as far as the request says it; ids and times are the server's. */
export type Candidate = { kind: 'ready'; next: Json | Buffer | undefined } | { kind: 'refused'; decision: Decision }

/**
 * Works out the item as it would be. Members that only the server writes, and those that this operation has no room for, stay as they are;
 * tokens are no part of an item.
 */
export function candidate({ facts, role, item }: Situation): Candidate {
  const { model, message } = facts
  const content = contentOf(facts.request)
  if (role === 'read' || role === 'list' || role === 'delete') return { kind: 'ready', next: undefined }
  if (content.kind === 'unreadable') return { kind: 'refused', decision: reject(400, 'RFC 9110 §15.5.1', content.why) }
  if (role === 'create' || role === 'replace')
    return { kind: 'ready', next: whole(content, facts.operation, model, item?.value, message.path) }
  if (item === undefined) return { kind: 'ready', next: undefined }
  if (appends(model))
    return { kind: 'ready', next: Buffer.concat([bytesOf(item.value), content.kind === 'bytes' ? content.bytes : noBytes]) }
  if (content.kind === 'bytes' || Buffer.isBuffer(item.value))
    return { kind: 'ready', next: content.kind === 'bytes' && takesBytes(facts.operation) ? content.bytes : item.value }
  if (content.kind === 'none') return { kind: 'ready', next: item.value }
  const shown = shownPatch(facts.operation, model)
  if (shown !== undefined) {
    const change = changeIn(shown, message, model.resource.marker!)
    if (change === undefined) return flawed('', 'the contract shows another shape of this patch, and the mock knows no other')
    return { kind: 'ready', next: keep(writePointer(item.value, change.pointer, change.value) as Json, item.value, model) }
  }
  if (content.type === 'application/json-patch+json') return jsonPatch(content.value, item.value, model)
  if (role !== 'patch' && content.type !== mergePatchMediaType)
    return { kind: 'ready', next: action(content.value, item.value, facts.operation, model) }
  const patch = itemIn(content.value, model)
  return { kind: 'ready', next: patch === undefined ? item.value : keep(applyMergePatch(item.value, patch), item.value, model) }
}

function whole(
  content: Content,
  operation: Operation,
  model: Model,
  before: Json | Buffer | undefined,
  path: Record<string, string>,
): Json | Buffer {
  // where what is read tells about the content, the item is that, and not the content
  const isAbout = content.kind !== 'json' && model.isDescribed
  if (content.kind === 'bytes' && !isAbout) return content.bytes
  if (content.kind !== 'json' && !isAbout) return declaresBytes(operation) || appends(model) ? noBytes : {}
  const sent = content.kind === 'json' ? itemIn(content.value, model) : {}
  if (!isMembers(sent)) return sent ?? {}
  const kept = isMembers(before) ? before : {}
  const declared = declaredMembers(operation, model)
  const next = new Map<string, Json>()
  for (const [name, value] of Object.entries(strip(sent, model))) next.set(name, value)
  for (const [name, schema] of model.members) {
    const preset = typeof schema === 'object' ? (schema['default'] as Json | undefined) : undefined
    const isServers =
      model.serverMembers.has(name) ||
      `/${name}` === model.idPointer ||
      (declared !== undefined && !declared.has(name) && isKnown(name, model))
    if (isServers && Object.hasOwn(kept, name)) next.set(name, kept[name]!)
    else if (isServers && before === undefined && Object.hasOwn(path, name)) next.set(name, path[name]!)
    else if (!next.has(name) && preset !== undefined && !model.tokenPointers.includes(`/${name}`)) next.set(name, preset)
  }
  return withInitialState(Object.fromEntries(next), before, model)
}

const noBytes = Buffer.alloc(0)

/** Whether what a patch sends is put at the end: the version is the length. */
function appends({ resource }: Model): boolean {
  return resource.token?.bumps === 'append-length'
}

function bytesOf(value: Json | Buffer): Buffer {
  return Buffer.isBuffer(value) ? value : noBytes
}

function isKnown(name: string, model: Model): boolean {
  return model.members.has(name) && !model.tokenPointers.includes(`/${name}`)
}

function withInitialState(next: Json, before: Json | Buffer | undefined, model: Model): Json {
  if (before !== undefined || model.state?.initial === undefined || readPointer(next, model.state.pointer) !== undefined) return next
  return writePointer(next, model.state.pointer, model.state.initial) as Json
}

/** Without tokens, and without what only the server writes. */
function strip(value: { [name: string]: Json }, model: Model): { [name: string]: Json } {
  let next = value
  for (const pointer of model.tokenPointers) next = removePointer(next, pointer) as { [name: string]: Json }
  for (const name of model.serverMembers) if (Object.hasOwn(next, name)) next = without(next, name)
  return next
}

function without(members: { [name: string]: Json }, name: string): { [name: string]: Json } {
  const { [name]: _removed, ...others } = members
  return others
}

/** A patched item, with what is the server's put back. */
function keep(next: Json, before: Json, model: Model): Json {
  if (!isMembers(next) || !isMembers(before)) return next
  const kept = [...model.serverMembers, ...(model.idPointer === undefined ? [] : [model.idPointer.slice(1)])]
  const servers = Object.entries(before).filter(([name]) => kept.includes(name))
  return { ...strip(next, model), ...Object.fromEntries(servers) }
}

/** An action with a body changes those members of the item that it names. */
function action(sent: Json, before: Json, operation: Operation, model: Model): Json {
  if (!isMembers(sent) || !isMembers(before)) return before
  const named = Object.entries(sent).filter(([name]) => model.members.has(name) && declaredMembers(operation, model)?.has(name) !== false)
  return keep({ ...before, ...Object.fromEntries(named) }, before, model)
}

/** RFC 6902 §5: all operations, or none. */
function jsonPatch(patch: Json, before: Json, model: Model): Candidate {
  const next = structuredClone(before)
  const holder = { next }
  const { applyPatch } = require('rfc6902') as typeof import('rfc6902')
  if (!Array.isArray(patch)) return flawed('', 'a JSON Patch is a list of operations (RFC 6902 §3)')
  for (const [at, operation] of patch.entries()) {
    const { op, path, from } = (isMembers(operation) ? operation : {}) as Record<string, unknown>
    if (typeof op !== 'string' || typeof path !== 'string')
      return flawed(`/${at}`, 'an operation has the members op and path (RFC 6902 §4)')
    const inside = { ...(operation as object), path: `/next${path}`, ...(typeof from === 'string' && { from: `/next${from}` }) }
    let failure: Error | null
    try {
      failure = applyPatch(holder, [inside as never])[0] ?? null
    } catch (error) {
      failure = error as Error
    }
    if (failure !== null) return flawed(`/${at}`, `${op} ${JSON.stringify(path)} cannot be carried out: ${describe(failure)}`)
  }
  return { kind: 'ready', next: keep(holder.next, before, model) }
}

function describe(failure: Error): string {
  if (failure.name === 'TestError') return 'the value that stands there is another'
  if (failure.name === 'MissingError') return 'nothing stands there'
  return failure.message
}

function flawed(pointer: string, message: string): Candidate {
  return { kind: 'refused', decision: reject(422, 'RFC 5789 §2.2', message, { errors: [{ pointer, message }] }) }
}

/** The names that the operation's own schema has room for; undefined where it says nothing. */
function declaredMembers(operation: Operation, model: Model): Set<string> | undefined {
  const names = model.requestMembers(operation)
  return names.size === 0 ? undefined : names
}

/** What methods of their own (PROPFIND, COPY) bring is a question, and no content for the item. */
function takesBytes({ method }: Operation): boolean {
  return method === 'PUT' || method === 'PATCH' || method === 'POST'
}

function declaresBytes(operation: Operation): boolean {
  return operation.request?.content.some((media) => !isJson(media.type)) ?? false
}

/** The declared media type that the content is of. */
export function declaredMedia(operation: Operation, type: string): MediaType | undefined {
  const content = operation.request?.content ?? []
  return content.find((media) => media.type === type) ?? content.find((media) => inRange(type, media.type))
}
