import { fault, type Fault } from '../fault.ts'
import { headerOf } from '../message.ts'
import { serverError } from './edit.ts'

/** A handler that looks for the version of a collection, which has none. */
export const starOnCollectionFails: Fault = fault({
  name: 'star-on-collection-fails',
  title: 'answers a create with If-None-Match 500',
  answer: (answer, { received }) =>
    received.method === 'POST' && headerOf(received.headers, 'if-none-match') !== undefined ? serverError(answer) : answer,
})
