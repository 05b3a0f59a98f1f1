import type { Json } from '../../spec/contract.ts'
import { type Message, parsePlace, readPlace } from '../../spec/places.ts'

/** What a name that is a place (`$request.path.id`, `$response.body#/version`) stands for in these messages; undefined for all others. */
export function valueIn(name: string, ...messages: (Message | undefined)[]): Json | undefined {
  if (!/^\$(?:request|response|statusCode)\b/.test(name)) return undefined
  const place = parsePlace(name)
  for (const message of messages) {
    const value = message && readPlace(place, message)
    if (value !== undefined) return value
  }
  return undefined
}
