import { createHash } from 'node:crypto'
import { parseIdempotencyKey } from '../../http/idempotency-key.ts'
import type { Idempotency, Json } from '../../spec/contract.ts'
import { plain, readPlace } from '../../spec/places.ts'
import { contentOf } from '../content.ts'
import { refuse, type Decision, type Facts } from '../decision.ts'
import type { Stage } from '../decide.ts'
import { inForce } from '../inforce.ts'
import { firstSent, placeTitle } from '../message.ts'
import type { KeyEntry } from '../kept.ts'

/** Whether this request was made before (draft-ietf-httpapi-idempotency-key-header §2). */
export const keys: Stage = {
  name: 'keys',
  decide(situation) {
    const { facts } = situation
    const mechanism = facts.model.resource.idempotency
    if (mechanism === undefined || !inForce(mechanism, facts)) return undefined
    const sent = sentKey(mechanism, facts)
    const title = mechanism.key.map(placeTitle).join(' or ')
    if (sent === undefined) {
      return mechanism.required === 'always'
        ? refuse(mechanism, 'keyMissing', `${title} is required here: make one up for each thing to be done`, {})
        : undefined
    }
    const fits =
      sent.key !== undefined && (facts.schemas.fits(mechanism.schema, sent.key) || facts.schemas.fits(mechanism.schema, sent.text))
    if (!fits) {
      const decision = refuse(mechanism, 'keyMalformed', `${title} ${JSON.stringify(sent.text)} is not what its schema says`, {})
      if (decision !== undefined) return decision
    }
    const claim = claimOf(facts)
    const entry = claim === undefined ? undefined : alive(situation.view.key(claim.key), mechanism, situation.view.now())
    if (entry === undefined || facts.headersOnly) return undefined
    return again(mechanism, entry, claim!, `${title} ${JSON.stringify(sent.text)}`)
  },
}

/** Where the answer to a request with a key is kept, and what makes another request the same; undefined where no key counts. */
export function claimOf(facts: Facts): { key: string; fingerprint: string } | undefined {
  const mechanism = facts.model.resource.idempotency
  if (mechanism === undefined || !inForce(mechanism, facts)) return undefined
  const sent = sentKey(mechanism, facts)
  if (sent === undefined) return undefined
  const scope = [
    mechanism.scope.includes('caller') ? (facts.caller ?? null) : undefined,
    mechanism.scope.includes('operation') ? facts.operation.pointer : undefined,
    sent.key ?? sent.text,
  ]
  return { key: JSON.stringify(scope.map((part) => part ?? null)), fingerprint: fingerprintOf(mechanism, facts) }
}

/** An entry that has not expired. */
export function alive(entry: KeyEntry | undefined, mechanism: Idempotency, now: number): KeyEntry | undefined {
  if (entry === undefined) return undefined
  const expired = mechanism.expires !== undefined && now - entry.claimed >= mechanism.expires
  return expired && mechanism.outcomes.keyExpired === undefined ? undefined : entry
}

function again(mechanism: Idempotency, entry: KeyEntry, claim: { fingerprint: string }, title: string): Decision | undefined {
  if (entry.fingerprint !== claim.fingerprint) {
    const decision = refuse(mechanism, 'keyReused', `${title} was used for another request`, {})
    if (decision !== undefined) return decision
  }
  const reason = { rule: mechanism.name, pointer: mechanism.pointer }
  if (entry.answer === undefined) {
    const text = `the first request with ${title} is still under way`
    return refuse(mechanism, 'keyInFlight', text, {}) ?? { kind: 'wait', key: title, reason: { ...reason, text } }
  }
  if (entry.failed) {
    const decision = refuse(mechanism, 'keyFailedBefore', `the first request with ${title} was refused`, {})
    if (decision !== undefined) return decision
  }
  if (mechanism.onRepeat[0] === 'reject') {
    const decision = refuse(mechanism, 'keyDuplicate', `${title} was used before`, {})
    if (decision !== undefined) return decision
  }
  return {
    kind: 'replay',
    entry,
    outcome: mechanism.outcomes.repeated,
    current: mechanism.onRepeat[0] === 'current',
    reason: { ...reason, text: `${title} was answered before: nothing new happened` },
  }
}

function sentKey(mechanism: Idempotency, facts: Facts): { text: string; key: string | undefined } | undefined {
  const sent = firstSent(mechanism.key, facts.message)
  if (sent === undefined) return undefined
  const text = plain(sent.value)
  return { text, key: sent.place.part === 'header' ? parseIdempotencyKey(text) : text === '' ? undefined : text }
}

function fingerprintOf(mechanism: Idempotency, facts: Facts): string {
  const parts = mechanism.fingerprint.map((part) => {
    if (part === 'method') return facts.message.method
    if (part === 'path') return facts.request.target.split('?')[0]!
    if (part !== 'body') return readPlace(part, facts.message) ?? null
    const content = contentOf(facts.request)
    return content.kind === 'json' ? sorted(content.value) : content.kind === 'bytes' ? content.bytes.toString('base64') : null
  })
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url')
}

/** The same value whatever the order of its members: bodies are equal if they are equal parsed. */
function sorted(value: Json): Json {
  if (Array.isArray(value)) return value.map(sorted)
  if (typeof value !== 'object' || value === null) return value
  return Object.entries(value)
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, member]) => [name, sorted(member)])
}
