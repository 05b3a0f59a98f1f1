import { isJson } from '../../http/media-type.ts'
import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import type { Contract, Guard, Json, Schema } from '../../spec/contract.ts'
import { type Check, check } from '../kit/check.ts'
import type { Item, Kit, Snapshot, TokenValue } from '../kit/kit.ts'
import type { Met } from '../kit/session.ts'
import { bodyOf } from '../kit/prefix.ts'
import { isUpdate } from '../kit/token.ts'
import { mediaType, writeMember } from '../kit/whole.ts'
import { names } from './names.ts'
import { Record, stateOf } from './record.ts'
import { inRounds, type Played, type Round } from './rounds.ts'
import { lookUntil, settle } from './settle.ts'
import { mustMatch, mustTell, promisesOf } from './writers.ts'

/** Two who change different members of the same version. */
export const onePatches: Check = check({
  id: 'races/patches-with-one-token',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §13.2.1; RFC 5789 §2',
  title: 'of patches of different members with one token that meet, one is performed',
  why: 'one closes the order while the other changes its address: each looked at a version that the other had already replaced',
  fix: 'compare the version where the row is written for PATCH as for PUT, whichever members it is about',
  recipe: 'compare-and-write',
  needs: ['guard.update', 'patch'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    mustTell(kit.guard, kit)
    const item = await kit.resource.create()
    const members = await membersOf(kit, item)
    await inRounds(kit, { expected: 'at most one success for one token' }, async (round) => {
      await item.read()
      mustMatch(item.last, kit)
      const before = item.last
      const { record, start } = await patchTogether(item, members, round, item.token, kit.guard)
      const promised = promisesOf(kit.resource.spec, kit.guard, before)
      // where all were refused, the token may have been that of a read that was behind: then a later one shows another
      const left = await settle(kit, item, record, start, promised, ({ token }) => nobody(record.operations) && token === before.token)
      const { operations } = record
      return {
        history: { start, operations },
        findings: promised.tokens === 'unique' ? found(operations, left?.token === before.token) : [],
      }
    })
  },
})

/** The same without a token: then both are performed, and none may undo the other. */
export const bothSurvive: Check = check({
  id: 'races/patches-survive',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 5789 §2',
  title: 'patches of different members that meet and are both acknowledged both survive',
  why: 'a form that saves one field resets another that somebody else has just saved',
  fix: 'write only the columns that the patch names, or patch in the transaction that reads',
  recipe: 'compare-and-write',
  alarms:
    'A PATCH is only asked to be atomic. A server that loses one of two patches breaks no rule when nobody sent a condition, but its clients.',
  needs: ['patch', 'read'],
  catches: ['check-then-write-20ms'],
  races: true,
  async run(kit) {
    const guards = kit.resource.spec.guards.filter((guard) => isUpdate(guard) && guard.for.includes('patch'))
    if (guards.some(({ required }) => required !== 'never')) kit.skip('a patch needs a token here: races/patches-with-one-token')
    const item = await kit.resource.create()
    const members = await membersOf(kit, item)
    await inRounds(kit, { expected: 'what was acknowledged is there' }, (round) => survive(kit, item, members, round))
  },
})

async function survive(kit: Kit, item: Item, members: string[], round: Round): Promise<Played> {
  await item.read()
  const { record, met, start, values } = await patchTogether(item, members, round, null, undefined)
  const gone = (left: Snapshot): number[] =>
    met.flatMap((one, at) => (record.of(one).outcome === 'done' && left.exists && !shows(left, values[at]!) ? [at] : []))
  const left = await lookUntil(kit, item, record, (one) => gone(one).length === 0)
  const missing = gone(left).length > 0 ? await missingStill(kit, item, members, record, gone) : []
  const { operations } = record
  const lost = missing.map((at) => record.of(met[at]!))
  if (lost.length === 0) return { history: { start, operations }, findings: [] }
  const words = `${lost.map(({ writer, wrote }) => `${writer}’s ${wrote}`).join(' and ')}: acknowledged, but not there although nobody else wrote that member`
  return {
    history: { start, operations },
    findings: [{ kind: 'not-carried-out', severity: 'fail', words, operations: lost.map(({ id }) => id) }],
  }
}

/**
 * What a read shows may be older than what was written: one that shows a patch which was sent later is not.
 *
 * @returns which of the patches such a read does not show; none where no read was one
 */
async function missingStill(
  kit: Kit,
  item: Item,
  members: string[],
  record: Record,
  gone: (left: Snapshot) => number[],
): Promise<number[]> {
  const before = gone(item.last)
  const witness = Math.max(
    members.findIndex((_, at) => !before.includes(at)),
    0,
  )
  const value = `${item.resource.spec.name}-${Date.now().toString(36)}-later`
  const body = writeMember({}, members[witness]!, value)
  const answer = await kit.send(await item.request('patch', { body, purpose: 'one patch more: a read that shows it is not older' }))
  if (!answer.ok) return []
  const left = await lookUntil(kit, item, record, (one) => shows(one, value))
  return shows(left, value) ? gone(left).filter((at) => at !== witness) : []
}

function shows({ exists, payload }: Snapshot, value: string): boolean {
  return exists && JSON.stringify(payload ?? null).includes(value)
}

interface Patched {
  record: Record
  met: Met[]
  start: Played['history']['start']
  /** What each wrote, in their order. */
  values: string[]
}

async function patchTogether(
  item: Item,
  members: string[],
  { meet, writers }: Round,
  token: TokenValue | null,
  guard: Guard | undefined,
): Promise<Patched> {
  const start = stateOf(item.last)
  const some = members.slice(0, writers)
  const values = some.map((_, at) => `${item.resource.spec.name}-${Date.now().toString(36)}-${at}`)
  const requests = []
  for (const [at, member] of some.entries()) {
    const body = writeMember({}, member, values[at]!)
    requests.push(
      await item.request('patch', { body, ...(guard && { token }), purpose: `${at + 1} of ${some.length} patches of different members` }),
    )
  }
  const record = new Record()
  const met = await meet(requests, await item.request('read', { purpose: 'read the item' }))
  for (const [at, one] of met.entries())
    record.met(one, {
      role: 'write',
      sent: guard && token !== null ? token : undefined,
      wrote: `${some[at]}: ${values[at]}`,
      outcomes: guard?.outcomes ?? {},
    })
  return { record, met, start, values }
}

function twoWinners(done: RaceOperation[]): RaceFinding {
  const words = `${names(done)} patched with the same token and all succeeded, although a success replaces the version`
  return { kind: 'lost-update', severity: 'fail', words, operations: done.map(({ id }) => id) }
}

function found(operations: RaceOperation[], isUntouched: boolean): RaceFinding[] {
  const writes = operations.filter(({ role }) => role === 'write')
  const done = writes.filter(({ outcome }) => outcome === 'done')
  if (done.length > 1) return [twoWinners(done)]
  if (!isUntouched || !nobody(operations)) return []
  const words = `all ${writes.length} patches with the current token were refused, and nothing else was written`
  return [{ kind: 'no-winner', severity: 'warn', words, operations: writes.map(({ id }) => id) }]
}

function nobody(operations: RaceOperation[]): boolean {
  return operations.every(({ role, outcome }) => role !== 'write' || outcome === 'refused')
}

/** Members that take any text, that of the marker first: at least two. */
async function membersOf(kit: Kit, item: Item): Promise<string[]> {
  const { spec } = kit.resource
  const type = mediaType(spec.operations.get('patch')!.operation, 'patch')
  if (!type || !isJson(type.type) || type.type === 'application/json-patch+json' || spec.marker === undefined || spec.marker === '')
    kit.skip('patches do not name members here')
  const unique = new Set(spec.unique.flatMap(({ fields }) => fields.map(({ name }) => name)))
  const said = propertiesOf(kit.contract, type!.schema)
  const properties = Object.keys(said).length > 0 ? said : propertiesOf(kit.contract, bodyOf(spec))
  // what was sent to create it and is read back as it was
  const plain = Object.entries(objectOf(item.sent))
    .filter(([name, value]) => typeof value === 'string' && objectOf(item.last.payload)[name] === value && !unique.has(`/${name}`))
    .filter(([name]) => isFree(kit.contract, properties[name]))
    .map(([name]) => `/${name}`)
  const members = [spec.marker!, ...plain.filter((pointer) => pointer !== spec.marker)]
  return members.length > 1 ? members : kit.skip('only one member is known that clients may change freely')
}

const free = new Set(['type', 'title', 'description', 'example', 'examples', 'maxLength', 'minLength', 'default'])

/** A text of any kind, with room for a word of ours. */
function isFree(contract: Contract, property: Schema | undefined): boolean {
  const schema = property === undefined ? undefined : contract.deref(property)
  if (typeof schema !== 'object' || schema['type'] !== 'string' || Object.keys(schema).some((keyword) => !free.has(keyword))) return false
  return typeof schema['maxLength'] !== 'number' || schema['maxLength'] >= 40
}

function propertiesOf(contract: Contract, schema: Schema | undefined): { [name: string]: Schema } {
  const whole = schema === undefined ? undefined : contract.deref(schema)
  return typeof whole === 'object' ? ((whole['properties'] ?? {}) as { [name: string]: Schema }) : {}
}

function objectOf(value: Json | undefined): { [name: string]: Json } {
  return typeof value === 'object' && value !== null && !Array.isArray(value) ? value : {}
}
