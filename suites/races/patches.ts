import { isJson } from '../../http/media-type.ts'
import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import type { Contract, Guard, Json, Schema } from '../../spec/contract.ts'
import { type Check, check } from '../kit/check.ts'
import type { Item, Kit, TokenValue } from '../kit/kit.ts'
import type { Met } from '../kit/session.ts'
import { bodyOf } from '../kit/prefix.ts'
import { isUpdate } from '../kit/token.ts'
import { mediaType, writeMember } from '../kit/whole.ts'
import { names } from './names.ts'
import { Record, stateOf } from './record.ts'
import { inRounds, type Played, type Round } from './rounds.ts'
import { mustMatch, mustTell } from './writers.ts'

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
      const { record, start } = await patchTogether(item, members, round, item.token, kit.guard)
      const done = record.operations.filter(({ role, outcome }) => role === 'write' && outcome === 'done')
      return {
        history: { start, operations: record.operations },
        findings: done.length > 1 ? [twoWinners(done)] : nobody(record.operations),
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
  const { operations } = record
  const missing = (): RaceOperation[] =>
    met.flatMap((one, at) => {
      const operation = record.of(one)
      const isThere = !item.last.exists || JSON.stringify(item.last.payload ?? null).includes(values[at]!)
      return operation.outcome === 'done' && !isThere ? [operation] : []
    })
  // what a read shows may be older than what was written
  if (missing().length > 0) {
    await kit.pause(late)
    await item.read({ purpose: 'read again, since a patch does not show' })
  }
  const gone = missing()
  if (gone.length === 0) return { history: { start, operations }, findings: [] }
  const words = `${gone.map(({ writer, wrote }) => `${writer}’s ${wrote}`).join(' and ')}: acknowledged, but not there although nobody else wrote that member`
  return {
    history: { start, operations },
    findings: [{ kind: 'not-carried-out', severity: 'fail', words, operations: gone.map(({ id }) => id) }],
  }
}

/** Milliseconds after which a read is taken for the present. */
const late = 500

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
  await record.settled(() => item.read({ purpose: 'what the patches left' }))
  return { record, met, start, values }
}

function twoWinners(done: RaceOperation[]): RaceFinding {
  const words = `${names(done)} patched with the same token and all succeeded, although a success replaces the version`
  return { kind: 'lost-update', severity: 'fail', words, operations: done.map(({ id }) => id) }
}

function nobody(operations: RaceOperation[]): RaceFinding[] {
  const writes = operations.filter(({ role }) => role === 'write')
  if (writes.some(({ outcome }) => outcome !== 'refused')) return []
  const words = `all ${writes.length} patches with the current token were refused, and nothing else was written`
  return [{ kind: 'no-winner', severity: 'warn', words, operations: writes.map(({ id }) => id) }]
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
