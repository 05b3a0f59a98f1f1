import { isDeepStrictEqual } from 'node:util'
import type { Json, Resource } from '../../spec/contract.ts'
import type { TokenValue } from '../kit/kit.ts'
import { placesRead, sameToken } from '../kit/token.ts'
import { isMap } from '../kit/volatile.ts'
import type { Conclusion, Sighting } from './sighting.ts'
import { isWritten, mayChange, membersSent, type Story, versionOf } from './story.ts'
import { either, type Glimpse } from './validators.ts'

/** How versions are made: counted, or from the content, so that a content that comes back brings its version back (RFC 9110 §8.8.1, §8.8.3.1). */

/** A version of an item as a read showed it. */
interface Version {
  token: TokenValue
  content: Json
  marker: Json | undefined
}

/** What the reads of one item, with writes between them, show of how its versions are made. */
export function* versionsIn(story: Story): Generator<Glimpse> {
  const { resource, steps } = story
  const names = clientsMembers(story)
  const seen: Version[] = []
  let writes = 0
  let strange = false
  /** Everything that was written since the last read wrote what was there already. */
  let same = true
  for (const step of steps) {
    const last = seen.at(-1)
    if (isWritten(step)) {
      writes++
      same &&= last !== undefined && step.answer.request.marker !== undefined && step.answer.request.marker === last.marker
    } else if (mayChange(step) && step.answer.request.role !== 'create' && step.answer.ok) strange = true
    if (!step.read) continue
    const token = versionOf(resource, step.answer)
    const content = contentOf(step.read.payload, names)
    if (strange || token === undefined || content === undefined) return
    const isSame = last !== undefined && isDeepStrictEqual(last.content, content)
    if (last && writes > 0 && same && isSame) yield { fact: 'unchanged-write', value: sameToken(last.token, token) ? 'kept' : 'new', step }
    if (last && isSame && sameToken(last.token, token)) continue
    if (last && writes === 1) yield { fact: 'versions', value: 'step', amount: between(last.token, token), step }
    const before = seen.slice(0, -1).find((one) => isDeepStrictEqual(one.content, content))
    if (before && !isSame && !sameToken(before.token, last!.token))
      yield { fact: 'versions', value: sameToken(before.token, token) ? 'returns' : 'new', step }
    seen.push({ token, content, marker: step.read.marker })
    writes = 0
    same = true
  }
}

/** The members that clients choose: those of the create, without the version and what changes by itself. */
function clientsMembers({ resource, steps, volatile }: Story): Set<string> | undefined {
  const sent = steps.map(({ answer }) => (answer.request.role === 'create' ? membersSent(resource, answer) : undefined)).find(Boolean)
  if (!sent) return undefined
  const own = new Set(versionMembers(resource))
  return new Set(Object.keys(sent).filter((name) => !own.has(name) && !volatile.has(name)))
}

function versionMembers({ token }: Resource): string[] {
  return token ? placesRead(token).flatMap(({ part, name }) => (part === 'body' ? [name.split('/').at(-1)!] : [])) : []
}

function contentOf(payload: Json | undefined, names: Set<string> | undefined): Json | undefined {
  if (!isMap(payload) || !names) return typeof payload === 'string' ? payload : undefined
  return Object.fromEntries(Object.entries(payload).filter(([name]) => names.has(name)))
}

/** By how much a version is higher than the one before; 0: that cannot be told. */
function between(before: TokenValue, after: TokenValue): number {
  const [one, other] = [before, after].map((token) => /^(\D*)(\d{1,15})(\D*)$/.exec(String(token).replace(/^W\//, '')))
  return one && other && one[1] === other[1] && one[3] === other[3] ? Number(other[2]) - Number(one[2]) : 0
}

/** So many writes in a row must have raised it before it is called a counter. */
const enough = 2

/** From all sightings of the fact, in the order of the checks. */
export function versions(sightings: readonly Sighting[], { token }: Resource): Conclusion {
  const noun = token && !placesRead(token).some(({ name }) => name.toLowerCase() === 'etag') ? 'version' : 'tag'
  const first = (wanted: string): Sighting | undefined => sightings.find(({ value }) => value === wanted)
  const [returns, anew] = [first('returns'), first('new')]
  if (returns && anew)
    return { value: 'mixed', words: `content that comes back sometimes brings its ${noun} back, sometimes not`, from: anew }
  if (returns) return { value: 'content', words: `the same content gets the same ${noun} again`, from: returns }
  const steps = sightings.filter(({ value }) => value === 'step')
  const raised = steps.length >= enough && steps.every(({ amount = 0 }) => amount > 0)
  if (raised && steps.every(({ amount }) => amount === 1))
    return { value: 'counter', words: `the ${noun} counts up by one with each write`, from: steps[0]! }
  if (raised) return { value: 'rising', words: `the ${noun} is a number that rises with each write`, from: steps[0]! }
  return anew && { value: 'fresh', words: `content that comes back gets another ${noun} than before`, from: anew }
}

/** Where reads lag, one that shows the version from before may come too early. */
export function unchangedWrite(sightings: readonly Sighting[], _: Resource, others: readonly Sighting[]): Conclusion {
  const lags = others.some(({ fact, amount = 0 }) => fact === 'reads-after-writes' && amount > 0)
  return either(lags ? sightings.filter(({ value }) => value === 'new') : sightings, ['kept', 'new'], {
    kept: 'a write that changes nothing keeps the version',
    new: 'a write that changes nothing makes a new version',
    both: 'a write that changes nothing sometimes makes a new version',
  })
}
