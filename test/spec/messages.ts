import type { RequestMessage, ResponseMessage } from '../../spec/places.ts'

/** A request of which only this matters. */
export const request = (over: Partial<RequestMessage> = {}): RequestMessage => ({
  method: 'PUT',
  path: {},
  query: [],
  headers: [],
  body: undefined,
  ...over,
})
/** An answer of which only this matters. */
export const response = (over: Partial<ResponseMessage> = {}): ResponseMessage => ({ status: 200, headers: [], body: undefined, ...over })
