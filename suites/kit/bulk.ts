import type { Bulk, Json } from '../../spec/contract.ts'
import { readPlace, readPlaces, writePlace } from '../../spec/places.ts'
import { fillValues } from '../../spec/values.ts'
import { Answer } from './answer.ts'
import type { BulkAnswer, BulkEntry } from './kit.ts'
import type { Request } from './request.ts'
import type { Lookup } from './values.ts'
import { finishRequest, type Making, startRequest } from './whole.ts'

/** One of many items: the shape of its role, with what the single request would send. */
export function shapedEntry(shape: Json, single: Request, lookup: Lookup): BulkEntry {
  return { shape: fillValues(shape, (name) => lookup(name, single)), marker: single.marker, single }
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

/** What the single request would have been answered with, as far as the answer to all of them tells. */
export function singleAnswer(bulk: Bulk, answer: Answer, single: Request, at: number): Answer {
  const result = bulkAnswer(bulk, answer).results[at]
  const body = result && readPlaces(bulk.answer, { item: true, body: result.body })
  const text = body === undefined ? '' : JSON.stringify(body)
  return new Answer(single, answer.exchange, result?.status ?? answer.status, [['Content-Type', 'application/json']], text)
}
