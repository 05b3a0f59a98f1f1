import { isDeepStrictEqual } from 'node:util'
import type { Fact, Json, Place } from './contract.ts'
import { kindOf, type Message, plain, readPlace, removePlace, writePlace } from './places.ts'

/** Does the fact hold in this message? Names in its values must have been filled in (`fillFact`). A fact about the other message does not hold. */
export function factHolds(fact: Fact, message: Message): boolean {
  const { place, is } = fact
  const seen = readPlace(place, message)
  if ('present' in is) return place.message === kindOf(message) && (seen !== undefined) === is.present
  if (seen === undefined) return false
  if ('contains' in is) return [seen].flat().some((member) => typeof member !== 'object' && String(member).includes(is.contains))
  if ('oneOf' in is) return is.oneOf.some((value) => sameValue(place, seen, value))
  return sameValue(place, seen, is.equals)
}

/** Do all of them hold? Yes, if there are none. */
export function factsHold(facts: readonly Fact[], message: Message): boolean {
  return facts.every((fact) => factHolds(fact, message))
}

/** In a JSON body types count (`"409"` is not `409`), elsewhere all is text; a media type is compared without case and parameters. */
function sameValue(place: Place, seen: Json, value: Json): boolean {
  if (place.part === 'body') return isDeepStrictEqual(seen, value)
  const text = plain(value)
  if (place.part === 'header' && place.name.toLowerCase() === 'content-type' && !text.includes(';')) {
    return plain(seen).split(';')[0]!.trim().toLowerCase() === text.toLowerCase()
  }
  return plain(seen) === text
}

/** A copy of the message in which the fact holds; the message itself if it does already. */
export function makeTrue<M extends Message>(fact: Fact, message: M): M {
  if (factHolds(fact, message)) return message
  const { place, is } = fact
  if ('equals' in is) return writePlace(place, is.equals, message)
  if ('oneOf' in is) return is.oneOf.length ? writePlace(place, is.oneOf[0]!, message) : message
  if ('present' in is) return is.present ? writePlace(place, 'present', message) : removePlace(place, message)
  const seen = readPlace(place, message)
  return writePlace(
    place,
    typeof seen === 'string' && seen !== '' && place.message === 'response' ? `${seen} ${is.contains}` : is.contains,
    message,
  )
}

/** A copy of the message in which all of them hold, made true in order. */
export function makeAllTrue<M extends Message>(facts: readonly Fact[], message: M): M {
  return facts.reduce((next, fact) => makeTrue(fact, next), message)
}

/** A copy of the fact with its values passed through `fill` (names filled in: `fillValues`). */
export function fillFact(fact: Fact, fill: (value: Json) => Json): Fact {
  const { is } = fact
  if ('equals' in is) return { ...fact, is: { equals: fill(is.equals) } }
  if ('contains' in is) return { ...fact, is: { contains: plain(fill(is.contains)) } }
  if ('oneOf' in is) return { ...fact, is: { oneOf: is.oneOf.map(fill) } }
  return fact
}
