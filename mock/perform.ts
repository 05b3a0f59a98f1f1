import { isDeepStrictEqual } from 'node:util'
import { formatPointer, readPointer, writePointer } from '../http/pointer.ts'
import type { Json, Role, Token } from '../spec/contract.ts'
import { arrangedBy } from './arranged.ts'
import { isMembers } from './conflicts.ts'
import { copyOf, destinationOf } from './copy.ts'
import { bodyOf, contentOf } from './content.ts'
import type { Decision, Facts } from './decision.ts'
import { isUnder } from './family.ts'
import { newId } from './identity.ts'
import { keyOf, openNames, paramsOf } from './key.ts'
import type { Model } from './model.ts'
import type { Random } from './random.ts'
import type { Draft, Item, View, Write } from './kept.ts'
import { digestOf } from './token.ts'

type Perform = Extract<Decision, { kind: 'perform' }>

/** The writes that carry a request out, and how far it brings the item on the way to what described rules refuse. */
export function writesOf(decision: Perform, facts: Facts, view: View, random: Random): Write[] {
  const writes = changesOf(decision, facts, view, random)
  return [...writes, ...arrangedBy(decision, writes, facts, view)]
}

/** None for a read, or where nothing would change and the contract says that this is no write. */
function changesOf(decision: Perform, facts: Facts, view: View, random: Random): Write[] {
  const { role, item, next, given } = decision
  const { model } = facts
  if (decision.locking !== undefined) return lockingOf(decision.locking, decision, facts, view, random)
  if (role === 'delete')
    return item === undefined ? [] : [...belongings(item, facts, view), { kind: 'delete', resource: item.resource, key: item.key }]
  const destination = item && destinationOf(facts)
  if (item !== undefined && destination !== undefined) return copyOf(item, destination, facts, view)
  if (next === undefined || role === 'read' || role === 'list') return []
  if (item === undefined)
    return role === 'create'
      ? [{ kind: 'put', item: { ...fresh(next, facts, view, random), ...(given !== undefined && { version: given }) } }]
      : []
  const changed = !sameValue(item.value, next) || (Buffer.isBuffer(next) && item.mediaType !== typeOf(facts, item))
  const acting = facts.roles.includes(role) ? role : facts.roles[0]!
  const changes = model.changeApart ? model.tokens.filter((token) => bumpsOn(token, acting, changed)) : undefined
  const bumps = changes === undefined ? bumpsOn(model.resource.token, acting, changed) : changes.length > 0
  if (!changed && !bumps) return []
  return [{ kind: 'put', item: { ...revised(item, next, bumps, facts, view), changes, ...(given !== undefined && { version: given }) } }]
}

/** Who holds the item from now on. The token of a lock is a URI where the method is WebDAV's (RFC 4918 §6.5). */
function lockingOf(
  { lock, does, hold }: NonNullable<Perform['locking']>,
  { key }: Perform,
  facts: Facts,
  view: View,
  random: Random,
): Write[] {
  const resource = facts.model.resource.name
  if (does === 'release') return [{ kind: 'unhold', resource, key }]
  const made = facts.message.method === 'LOCK' ? `urn:uuid:${random.uuid()}` : random.uuid()
  const token = lock.read.length === 0 ? undefined : (hold?.token ?? made)
  const until = lock.expires === undefined ? undefined : view.now() + lock.expires
  return [{ kind: 'hold', resource, key, hold: { lock: lock.name, token, holder: facts.caller, until } }]
}

/** The item as it is to be after a change. */
function revised(item: Item, next: Json | Buffer, bumps: boolean, facts: Facts, view: View): Draft {
  const modified = Math.max(view.now(), item.modified + 1)
  const { version: _version, tag: _tag, history: _history, order: _order, memo: _memo, ...kept } = item
  const digest = digestIn(next, facts.model)
  return { ...kept, value: stamp(next, facts.model, item.created, modified), mediaType: typeOf(facts, item), modified, bumps, digest }
}

/** A new item: its ids chosen by the client or made up, its times set, what only the server writes filled in. */
export function fresh(next: Json | Buffer, facts: Facts, view: View, random: Random): Draft {
  const { model, message, schemas } = facts
  const { resource } = model
  const now = view.now()
  const params = paramsOf(resource, message)
  const made = openNames(resource, params)
  for (const name of made) {
    params[name] = newId(model, random, schemas, (id) => view.item(resource.name, keyOf(resource, { ...params, [name]: id })) === undefined)
  }
  return {
    resource: resource.name,
    key: keyOf(resource, params),
    params,
    value: stamp(withServerMembers(next, model, params, made.includes(model.own)), model, now, now),
    mediaType: typeOf(facts, undefined),
    created: now,
    modified: now,
    owner: facts.caller,
    sent: bodyOf(facts.request),
    bumps: true,
    changes: model.changeApart ? model.tokens : undefined,
    digest: digestIn(next, model),
  }
}

/** Equal content has equal tokens, whenever it was written; undefined where no token is made of it. */
export function digestIn(value: Json | Buffer, { isHashed, serverMembers, idPointer }: Model): string | undefined {
  if (!isHashed) return undefined
  if (!isMembers(value)) return digestOf(value)
  return digestOf(Object.fromEntries(Object.entries(value).filter(([name]) => !serverMembers.has(name) && `/${name}` !== idPointer)))
}

/** The media type of bytes; that of the request, else the one that stands. */
function typeOf(facts: Facts, item: Item | undefined): string | undefined {
  const content = contentOf(facts.request)
  return content.kind === 'bytes' ? content.type : item?.mediaType
}

/** Ids and parents that the item tells in its body; an id that the server made is the only one that counts. */
function withServerMembers(next: Json | Buffer, model: Model, params: Record<string, string>, isMade: boolean): Json | Buffer {
  if (!isMembers(next)) return next
  let value: Json = next
  const id = params[model.own]
  if (model.idPointer !== undefined && id !== undefined && (isMade || readPointer(value, model.idPointer) === undefined)) {
    const numeric = typeof model.idSchema === 'object' && [model.idSchema['type']].flat().includes('integer')
    value = writePointer(value, model.idPointer, numeric ? Number(id) : id) as Json
  }
  for (const name of model.serverMembers) {
    const pointer = formatPointer([name])
    if (Object.hasOwn(params, name) && readPointer(value, pointer) === undefined)
      value = writePointer(value, pointer, params[name]!) as Json
  }
  return value
}

/** Sets the members that tell when: those that only the server writes, of format date-time, by their names. */
function stamp(value: Json | Buffer, model: Model, created: number, modified: number): Json | Buffer {
  if (!isMembers(value)) return value
  let next: Json = value
  for (const name of model.serverMembers) {
    const schema = model.members.get(name)
    if (typeof schema !== 'object' || schema['format'] !== 'date-time' || model.tokenPointers.includes(formatPointer([name]))) continue
    const isCreation = /^(created|inserted|added|registered)/i.test(name)
    const isChange = /^(updated|modified|changed|edited|last)/i.test(name)
    if (isCreation || isChange)
      next = writePointer(next, formatPointer([name]), new Date(isCreation ? created : modified).toISOString()) as Json
  }
  return next
}

/** Whether the token changes with this write. */
function bumpsOn(token: Token | undefined, role: Role, changed: boolean): boolean {
  if (token?.by !== undefined && !token.by.includes(role)) return false
  return changed || token?.bumps === 'every-write'
}

/** What lies in the path of an item goes with it. */
function belongings(item: Item, facts: Facts, view: View): Write[] {
  return [...facts.models.values()].flatMap(({ resource }) =>
    isUnder(resource, facts.model.resource)
      ? view
          .items(resource.name)
          .filter((each) => facts.model.resource.parameters.every((name) => each.params[name] === item.params[name]))
          .map((each): Write => ({ kind: 'delete', resource: resource.name, key: each.key }))
      : [],
  )
}

function sameValue(a: Json | Buffer, b: Json | Buffer): boolean {
  return Buffer.isBuffer(a) && Buffer.isBuffer(b) ? a.equals(b) : isDeepStrictEqual(a, b)
}
