import type { Bulk, Json } from '../../spec/contract.ts'
import { readPlace, readPlaces, writePlace } from '../../spec/places.ts'
import { fillValues } from '../../spec/values.ts'
import type { Answer } from './answer.ts'
import type { BulkAnswer, BulkEntry } from './kit.ts'
import type { Request } from './request.ts'
import { finishRequest, type Making, startRequest } from './whole.ts'

/** One of many items: the shape of its role, with what the single request would send. */
export function shapedEntry(shape: Json, single: Request, { lookup }: Making): BulkEntry {
  return { shape: fillValues(shape, (name) => lookup(name, single)), marker: single.marker }
}

/** The request that holds them all. */
export function bulkRequest({ items }: Bulk, entries: readonly BulkEntry[], making: Making): Request {
  const shapes = entries.map(({ shape }) => shape)
  return finishRequest(writePlace(items, shapes, startRequest(making)), making)
}

/** What each of them came to, in their order. No list in the answer: nothing is told of any. */
export function bulkAnswer({ results, status }: Bulk, answer: Answer): BulkAnswer {
  const list = readPlace(results, answer)
  return {
    answer,
    results: (Array.isArray(list) ? list : []).map((body) => {
      const told = readPlaces(status, { item: true, body })
      const code = Number(/\d{3}/.exec(String(told ?? ''))?.[0])
      return { status: Number.isNaN(code) ? undefined : code, body }
    }),
  }
}
