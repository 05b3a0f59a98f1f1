import { fault, type Fault } from '../fault.ts'
import { headerOf, type HeaderLines } from '../message.ts'

/** Bugs of CORS: what a browser keeps from scripts. */

export const corsExposesNothing: Fault = fault({
  name: 'cors-exposes-nothing',
  title: 'lets scripts of other origins read no fields but the safelisted',
  lines: (lines) => without(lines, 'access-control-expose-headers'),
})

export const corsAllowsNoConditions: Fault = fault({
  name: 'cors-allows-no-conditions',
  title: 'lets scripts of other origins send Content-Type and Authorization only',
  lines: (lines) =>
    lines.map(([name, value]) =>
      name.toLowerCase() === 'access-control-allow-headers' ? [name, 'Content-Type, Authorization'] : [name, value],
    ),
})

/** The preflight has no credentials to show. */
export const corsPreflightAsksCredentials: Fault = fault({
  name: 'cors-preflight-asks-credentials',
  title: 'does not answer the preflight of a browser with success',
  request: (request) =>
    request.method === 'OPTIONS' && headerOf(request.headers, 'authorization') === undefined ? { ...request, method: 'PROPFIND' } : request,
})

/** The error handler comes after the middleware. */
export const corsNotOnErrors: Fault = fault({
  name: 'cors-not-on-errors',
  title: 'sends no CORS fields with refusals',
  lines: (lines, status) => (status >= 400 ? lines.filter(([name]) => !/^access-control-/i.test(name)) : lines),
})

function without(lines: HeaderLines, name: string): HeaderLines {
  return lines.filter(([field]) => field.toLowerCase() !== name)
}
