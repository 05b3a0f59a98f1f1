import type { Fact, Json, Lock, Place } from '../../spec/contract.ts'
import { plain, readPlace, readPlaces } from '../../spec/places.ts'
import { refuse, type Decision, type Evidence, type Facts, type Locking } from '../decision.ts'
import type { Situation, Stage } from '../decide.ts'
import { inForce } from '../inforce.ts'
import { firstSent, placeTitle } from '../message.ts'
import type { Hold } from '../kept.ts'

/** Whether somebody else holds the item; and, where the request is about that, who holds it from now on (RFC 4918 §6, §9.10, §9.11). */
export const locks: Stage = {
  name: 'locks',
  decide(situation) {
    const { facts, item } = situation
    if (facts.locking !== undefined)
      return facts.locking.does === 'acquire' ? acquire(facts.locking, situation) : release(facts.locking, situation)
    if (item === undefined) return undefined
    for (const lock of facts.model.resource.locks) {
      if (!inForce(lock, facts)) continue
      const decision = held(lock, situation)
      if (decision !== undefined) return decision
    }
    return undefined
  },
}

/** A write to what somebody may hold. */
function held(lock: Lock, situation: Situation): Decision | undefined {
  const { facts } = situation
  const hold = holdOf(lock, situation)
  if (lock.send.length === 0) return hold === undefined || hold.holder === facts.caller ? undefined : locked(lock, hold, situation)
  const sent = firstSent(lock.send, facts.message)
  if (sent === undefined) return hold === undefined ? undefined : locked(lock, hold, situation)
  if (hold !== undefined && hold.token === plain(sent.value)) return undefined
  const text = `${placeTitle(sent.place)} ${JSON.stringify(sent.value)} is not the token of a lock on this item`
  return refuse(lock, 'lockLost', hold === undefined ? `${text}: it is not locked` : text, evidenceOf(hold, situation, sent.value))
}

function locked(lock: Lock, hold: Hold, situation: Situation): Decision | undefined {
  const where = lock.send.length === 0 ? 'by another caller' : `and the request has no ${lock.send.map(placeTitle).join(' or ')}`
  return refuse(lock, 'locked', `it is locked, ${where}`, evidenceOf(hold, situation))
}

/** Taken, if nobody else has it; taken again by who holds it, for another while (RFC 4918 §9.10.2). */
function acquire(locking: Locking, situation: Situation): Decision | undefined {
  const { lock } = locking
  const hold = holdOf(lock, situation)
  if (hold === undefined) return perform(locking, situation, undefined, 'nobody holds it')
  const sent = readPlaces(lock.send, situation.facts.message)
  const isOwn = hold.token === undefined ? hold.holder === situation.facts.caller : sent !== undefined && plain(sent) === hold.token
  if (isOwn) return perform(locking, situation, hold, 'who asks holds it already')
  // where the contract does not promise a refusal, the new holder takes it over
  return (
    refuse(lock, 'exists', 'somebody else holds it', evidenceOf(hold, situation)) ??
    perform(locking, situation, undefined, 'it is taken over')
  )
}

/** Given back by who holds it. */
function release(locking: Locking, situation: Situation): Decision | undefined {
  const { lock } = locking
  const { facts } = situation
  const hold = holdOf(lock, situation)
  const sent = tokenOfRelease(lock, facts)
  const isOwn = hold !== undefined && (hold.token === undefined ? hold.holder === facts.caller : sent === hold.token)
  if (isOwn) return perform(locking, situation, hold, 'who asks holds it')
  const text = hold === undefined ? 'it is not locked' : 'somebody else holds it'
  return (
    refuse(
      lock,
      'lockLost',
      sent === undefined ? text : `${JSON.stringify(sent)} gives nothing back: ${text}`,
      evidenceOf(hold, situation, sent),
    ) ?? perform(locking, situation, hold, text)
  )
}

/** The token that a release names: where its facts say `$lock`, else where writes send it. */
function tokenOfRelease(lock: Lock, { message }: Facts): string | undefined {
  const said = (lock.release?.with ?? []).flatMap((fact) => placeOfLock(fact) ?? [])
  const sent =
    said.length > 0 ? said.map((place) => readPlace(place, message)).find((value) => value !== undefined) : readPlaces(lock.send, message)
  return sent === undefined ? undefined : plain(sent)
}

/** The place, and the text around the token, of a fact such as `Lock-Token: "<{$lock}>"`. */
function placeOfLock({ place, is }: Fact): Place | undefined {
  if (!('equals' in is) || typeof is.equals !== 'string' || !is.equals.includes('$lock')) return undefined
  return is.equals === '$lock' ? place : { ...place, text: is.equals.replace('{$lock}', '{}') }
}

function holdOf(lock: Lock, { facts, view, key }: Situation): Hold | undefined {
  const hold = view.hold(facts.model.resource.name, key)
  return hold?.lock === lock.name ? hold : undefined
}

function perform(locking: Locking, { facts, item, key }: Situation, hold: Hold | undefined, text: string): Decision {
  const reason = { text, rule: locking.lock.name, pointer: locking.lock.pointer }
  return {
    kind: 'perform',
    role: facts.roles[0]!,
    reason,
    item,
    key,
    next: undefined,
    locking: { ...locking, hold },
    done: locking.lock.outcomes.done,
  }
}

function evidenceOf(hold: Hold | undefined, { item, view }: Situation, sentToken?: Json): Evidence {
  const left = hold?.until === undefined ? undefined : Math.max(0, hold.until - view.now())
  return { item, ...(sentToken !== undefined && { sentToken }), holder: hold?.holder, wait: left }
}
