import { fault, type Fault } from '../fault.ts'
import { headerOf } from '../message.ts'

/** Bugs that only the bytes show. */

/** A middleware that writes its page whatever the status. */
export const notModifiedWithContent: Fault = fault({
  name: 'not-modified-with-content',
  title: 'sends content behind a 304',
  transport: ({ decision }) =>
    decision.kind === 'refuse' && decision.name === 'unchanged' ? { kind: 'trail', text: '{"note":"not modified"}' } : undefined,
})

export const headWithContent: Fault = fault({
  name: 'head-with-content',
  title: 'sends content behind the answer to HEAD',
  transport: ({ received }) => (received.method === 'HEAD' ? { kind: 'trail', text: '{"note":"head"}' } : undefined),
})

/** The head is read until it looks whole. */
export const lastLineUnread: Fault = fault({
  name: 'last-line-unread',
  title: 'begins before the last line of the head has come',
  request: (request) => ({ ...request, headers: request.headers.slice(0, -1) }),
})

/** Names of fields are looked up as they are written most often. */
export const fieldNamesAsWritten: Fault = fault({
  name: 'field-names-as-written',
  title: 'looks for If-Match in this very spelling',
  request: (request) => ({
    ...request,
    headers: request.headers.filter(([name]) => name === 'If-Match' || name.toLowerCase() !== 'if-match'),
  }),
})

/** The handler of "checkContinue" is another one. */
export const expectedUnchecked: Fault = fault({
  name: 'expected-unchecked',
  title: 'looks at no condition where the client expects 100',
  request: (request) =>
    headerOf(request.headers, 'expect') === undefined
      ? request
      : { ...request, headers: request.headers.filter(([name]) => !/^if-/i.test(name)).concat([['If-Match', '*']]) },
})
