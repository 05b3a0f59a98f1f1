import type { Json, Place } from '../spec/contract.ts'
import { readPlace, type RequestMessage } from '../spec/places.ts'

/** Field lines in order: one entry is one line. */
export type HeaderLines = [name: string, value: string][]

/** A request as it came: nothing decoded, nothing judged. */
export interface Request {
  method: string
  /** The request target: path and query, percent-encoded. */
  target: string
  headers: HeaderLines
  /** The whole content; empty where there is none, undefined where it has not been read (yet). */
  body: Buffer | undefined
  /** Which of the listeners of the mock it came by. */
  listener?: number
  /** Its conditions were looked at when its head was there. */
  isChecked?: boolean
}

/** An answer as it will be sent, but for what the adapter adds (`Date`, `Content-Length`, CORS). */
export interface Answer {
  status: number
  headers: HeaderLines
  body: string | Buffer
}

/**
 * The combined value of a header field (RFC 9110 §5.3): its lines joined with `, `.
 *
 * @param name in lower case
 */
export function headerOf(headers: HeaderLines, name: string): string | undefined {
  let value: string | undefined
  for (const line of headers) {
    if (line[0].length !== name.length || line[0].toLowerCase() !== name) continue
    value = value === undefined ? line[1] : `${value}, ${line[1]}`
  }
  return value
}

/** Puts a header field in place of all its lines; undefined takes them out. The lines given are not changed. */
export function withHeader(headers: HeaderLines, name: string, value: string | undefined): HeaderLines {
  const others = headers.filter((line) => line[0].toLowerCase() !== name.toLowerCase())
  return value === undefined ? others : [...others, [name, value]]
}

/** Reads the first of the places that was sent, and says which. */
export function firstSent(places: readonly Place[], message: RequestMessage): { place: Place; value: Json } | undefined {
  for (const place of places) {
    const value = readPlace(place, message)
    if (value !== undefined) return { place, value }
  }
  return undefined
}

/** A place as people know it: `If-Match`, `query parameter rev`, `/version in the body`. */
export function placeTitle(place: Place): string {
  if (place.part === 'header') return place.name
  if (place.part === 'body') return place.name === '' ? 'the body' : `${place.name} in the body`
  return `${place.part} parameter ${place.name}`
}
