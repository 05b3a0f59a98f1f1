import type { Guard, Json, Place } from '../spec/contract.ts'
import { readPlace } from '../spec/places.ts'
import { readSent, tagAround, type Sent } from './compare.ts'
import type { Facts } from './decision.ts'
import { placeTitle } from './message.ts'
import { once } from './once.ts'

/** What a request says to a guard. */
export interface Sending {
  sent: Sent
  /** As it was sent; of several parts, a map of them. */
  value: Json
  /** Where and what, in words. */
  title: string
  inBody: boolean
  /** The parts that are missing. */
  missing: string[]
  /** A place that says something else than another, with what it says. */
  differing: string | undefined
}

/** Reads what was sent to a guard, in one place or part by part; undefined where nothing was. */
export function sendingOf(guard: Guard, facts: Facts, now: number): Sending | undefined {
  if (guard.sendParts === undefined) return at(guard, guard.send, facts, now)
  const all = Object.entries(guard.sendParts).map(([part, places]) => ({ part, sending: at(guard, places, facts, now) }))
  const there = all.flatMap(({ part, sending }) => (sending === undefined ? [] : [{ part, ...sending }]))
  if (there.length === 0) return undefined
  const parts = new Map(there.map(({ part, sent }) => [part, sent]))
  return {
    // a sentinel in one of the parts speaks for all of them, and so does what is no token
    sent: there.map(({ sent }) => sent).find(({ kind }) => ['any', 'none', 'malformed'].includes(kind)) ?? { kind: 'parts', parts },
    value: Object.fromEntries(there.map(({ part, value }) => [part, value])),
    title: there.map(({ title }) => title).join(' and '),
    inBody: there.some(({ inBody }) => inBody),
    missing: all.filter(({ sending }) => sending === undefined).map(({ part }) => part),
    differing: there.find(({ differing }) => differing !== undefined)?.differing,
  }
}

function at(guard: Guard, places: readonly Place[], facts: Facts, now: number): Sending | undefined {
  const first = firstAt(places, facts)
  if (first === undefined) return undefined
  const { place, value } = first
  const sent = readSent(guard, place, value, now, isText(place, facts))
  return {
    sent,
    value,
    title: `${placeTitle(place)} ${JSON.stringify(value)}`,
    inBody: place.part === 'body',
    missing: [],
    differing: places.length > 1 ? differing(guard, places, sent, facts, now) : undefined,
  }
}

/** The first of the places that was sent. A condition of HTTP is a list of tags, whatever a single one is written like. */
function firstAt(places: readonly Place[], { message }: Facts): { place: Place; value: Json } | undefined {
  for (const place of places) {
    const value = readPlace(place.text === undefined ? place : wholeTag(place), message)
    if (value !== undefined) return { place, value }
  }
  return undefined
}

const wholeTag = once((place: Place): Place => {
  const { text: _text, ...whole } = place
  return tagAround(place) === undefined ? place : whole
})

/** The second of two places, where it says something else than the first. */
function differing(guard: Guard, places: readonly Place[], first: Sent, facts: Facts, now: number): string | undefined {
  for (const place of places) {
    const other = firstAt([place], facts)
    if (other === undefined) continue
    const sent = readSent(guard, place, other.value, now, isText(place, facts))
    if (JSON.stringify(sent) !== JSON.stringify(first)) return `${placeTitle(place)} ${JSON.stringify(other.value)}`
  }
  return undefined
}

/** Whether the document has a text, and no number, at this place of the body. */
function isText({ part, name }: Place, facts: Facts): boolean {
  return part === 'body' && facts.fitsMember(name, '1') && !facts.fitsMember(name, 1)
}
