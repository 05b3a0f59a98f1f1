import { writePointer } from '../http/pointer.ts'
import type { Json } from '../spec/contract.ts'
import { candidate } from './candidate.ts'
import { isMembers } from './conflicts.ts'
import { refuse, type Decision, type Facts } from './decision.ts'
import { situationOf, type Situation } from './decide.ts'
import { inForce } from './inforce.ts'
import { fresh, writesOf } from './perform.ts'
import type { Random } from './random.ts'
import { existence } from './stages/existence.ts'
import type { View, Write } from './kept.ts'

type Competition = (situation: Situation, random: Random) => Write[]

/**
 * What a client can ask another writer to do just before its own request is decided: `Prefer: outcome=stale`. These are real writes, through
 * the same commit; what then comes of the request is decided as always.
 */
export const competitions: { stale: Competition; absent: Competition; exists: Competition; duplicate: Competition; locked: Competition } = {
  /** Somebody else changes the item. */
  stale(situation, random) {
    const { facts, view, item } = situation
    if (item === undefined) return []
    const next = changed(item.value, facts, random)
    const role = facts.model.resource.operations.has('replace') ? 'replace' : 'patch'
    return writesOf(
      { kind: 'perform', role, reason, item, key: item.key, next, done: undefined },
      { ...facts, roles: [role] },
      view,
      random,
    )
  },
  /** Somebody else deletes it. */
  absent({ item }) {
    return item === undefined ? [] : [{ kind: 'delete', resource: item.resource, key: item.key }]
  },
  exists: create,
  duplicate: create,
  /** Somebody else takes the lock. */
  locked({ facts, item, view }, random) {
    const [lock] = facts.model.resource.locks
    if (item === undefined || lock === undefined) return []
    const token = lock.read.length === 0 ? undefined : random.uuid()
    return [
      {
        kind: 'hold',
        resource: item.resource,
        key: item.key,
        hold: { lock: lock.name, token, holder: 'another', until: view.now() + (lock.expires ?? 60_000) },
      },
    ]
  },
}

/** Somebody else creates what this request would create, but for a member that anybody may change. */
function create(situation: Situation, random: Random): Write[] {
  const { facts, view, item } = situation
  if (item !== undefined || situation.role !== 'create') return []
  const result = candidate(situation)
  if (result.kind === 'refused' || result.next === undefined) return []
  return [{ kind: 'put', item: { ...fresh(changed(result.next, facts, random), facts, view, random), sent: undefined } }]
}

const reason = { text: 'a competing write that the client asked for', rule: 'Prefer', pointer: '' }

/** The refusal of a write that meets another under way: only where the contract has an outcome for it. */
export function contended(facts: Facts): Decision | undefined {
  if (facts.roles.includes('read') || facts.roles.includes('list')) return undefined
  const guard = facts.model.resource.guards.find((each) => each.outcomes.contended !== undefined && inForce(each, facts))
  const decision = guard && refuse(guard, 'contended', 'another write is under way', {})
  return decision && { ...decision, reason: { ...decision.reason, rule: 'Prefer' } }
}

/** The writes of another writer; none where there is nothing to do. */
export function compete(name: keyof typeof competitions, facts: Facts, view: View, random: Random): Write[] {
  const situation = situationOf(facts, view)
  const refused = existence.decide(situation)
  return refused === undefined ? competitions[name](situation, random) : []
}

function changed(value: Json | Buffer, { model }: Facts, random: Random): Json | Buffer {
  const word = `changed by another writer ${random.hex().slice(0, 6)}`
  if (Buffer.isBuffer(value)) return Buffer.from(`${value.toString('utf8')}\n${word}`)
  const { marker } = model.resource
  if (marker !== undefined) return writePointer(value, marker, word) as Json
  const name = isMembers(value)
    ? Object.keys(value).find((each) => typeof value[each] === 'string' && `/${each}` !== model.idPointer && !model.serverMembers.has(each))
    : undefined
  return name === undefined ? value : { ...(value as object), [name]: word }
}
