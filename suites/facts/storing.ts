import { isDeepStrictEqual } from 'node:util'
import type { Json, Resource } from '../../spec/contract.ts'
import { isMap } from '../kit/volatile.ts'
import type { Conclusion, FactName, Sighting } from './sighting.ts'
import { mayChange, membersSent, type Story } from './story.ts'
import type { Glimpse } from './validators.ts'

/** What a server makes of what it is sent: members added, changed, left out (RFC 9110 §9.3.4 lets it). */

/** The first read of a new item against the create. */
export function* storingIn({ resource, steps, volatile }: Story): Generator<Glimpse> {
  const at = steps.findIndex(({ answer }) => answer.request.role === 'create' && answer.ok)
  const create = steps[at]
  const step = steps.slice(at + 1).find((one) => one.read || mayChange(one))
  if (!create || !step?.read) return
  const sent = membersSent(resource, create.answer)
  const shown = step.read.payload
  if (!sent || !isMap(shown)) return
  for (const name of Object.keys(shown)) if (!Object.hasOwn(sent, name)) yield { fact: 'members-added', value: name, step }
  for (const [name, value] of Object.entries(sent)) {
    if (!Object.hasOwn(shown, name)) yield { fact: 'members-left-out', value: name, step }
    else if (!volatile.has(name) && !isDeepStrictEqual(shown[name], value))
      yield { fact: 'members-changed', value: `${name} ${changeOf(value, shown[name]!)}`, step }
  }
}

/** What a text may be made into: one of each, the fewest first. */
const spellings: Making[] = [
  { words: [], make: (text) => text },
  { words: ['composed'], make: (text) => text.normalize('NFC') },
  { words: ['decomposed'], make: (text) => text.normalize('NFD') },
]
const edges: Making[] = [
  { words: [], make: (text) => text },
  { words: ['trimmed'], make: (text) => text.trim() },
]
const cases: Making[] = [
  { words: [], make: (text) => text },
  { words: ['put in lower case'], make: (text) => text.toLowerCase() },
  { words: ['put in upper case'], make: (text) => text.toUpperCase() },
]

interface Making {
  words: string[]
  make(text: string): string
}

const makings: Making[] = spellings
  .flatMap((one) => edges.flatMap((two) => cases.map((three) => [one, two, three])))
  .map((steps) => ({
    words: steps.flatMap(({ words }) => words),
    make: (text: string) => steps.reduce((made, { make }) => make(made), text),
  }))
  .toSorted((one, other) => one.words.length - other.words.length)

/** What was done to a value, in words that follow the member's name. */
export function changeOf(sent: Json, shown: Json): string {
  if (typeof sent === 'string' && typeof shown === 'string') {
    const making = makings.find(({ make }) => make(sent) === shown)
    if (making) return `is ${making.words.join(' and ')}`
    if (!Number.isNaN(Date.parse(sent)) && Date.parse(sent) === Date.parse(shown)) return 'is the same time, spelled otherwise'
  }
  if (typeof sent !== typeof shown && String(sent) === String(shown)) return `becomes a ${typeof shown}`
  return 'comes back otherwise than it was sent'
}

/** So many members are named. */
const most = 12

function listed(fact: FactName, words: (names: string) => string): (sightings: readonly Sighting[], resource: Resource) => Conclusion {
  return (sightings) => {
    const names = [...new Set(sightings.filter((one) => one.fact === fact).map(({ value }) => value))].toSorted()
    const more = names.length > most ? ` and ${names.length - most} more` : ''
    const text = names.slice(0, most).join(', ') + more
    return sightings[0] && { value: text, words: words(text), from: sightings[0] }
  }
}

export const membersAdded: ReturnType<typeof listed> = listed('members-added', (names) => `the server adds ${names}`)
export const membersLeftOut: ReturnType<typeof listed> = listed('members-left-out', (names) => `reads leave out ${names}`)
export const membersChanged: ReturnType<typeof listed> = listed('members-changed', (changes) => changes)
