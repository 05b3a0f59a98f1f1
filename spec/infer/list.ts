import type { Operation, Place } from '../contract.ts'
import { parsePlace } from '../place.ts'
import { responsesFor } from '../room.ts'
import { type Deref, isArray, isJson, propertiesOf } from '../schemas.ts'
import type { Inferred } from './inferred.ts'

/** Where the items stand in the answer of a list: the whole, or its only array; nothing if neither is declared. */
export function inferList(list: Operation | undefined, deref: Deref): Inferred<Place[]> | undefined {
  for (const { content } of list ? responsesFor(list, []) : []) {
    for (const media of content.filter(isJson)) {
      const schema = media.schema === undefined ? true : deref(media.schema)
      if (schema === true || schema === false) continue
      if (isArray(schema)) return { value: [parsePlace('$response.body')], why: 'the list is an array' }
      const arrays = Object.entries(propertiesOf(schema, deref)).filter(([, member]) => isArray(deref(member)))
      if (arrays.length === 1)
        return {
          value: [parsePlace(`$response.body#/${arrays[0]![0].replaceAll('~', '~0').replaceAll('/', '~1')}`)],
          why: 'its only array',
        }
    }
  }
  return undefined
}
