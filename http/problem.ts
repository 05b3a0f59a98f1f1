/** Problem details (RFC 9457). */

import { STATUS_CODES } from 'node:http'

/** The media type of problem details in JSON (RFC 9457 §6.1). */
export const problemMediaType = 'application/problem+json'

/** The members that RFC 9457 §3.1 knows, and any others (§3.2). */
export interface Problem {
  /** A URI reference; absent means `about:blank` (§3.1.1). */
  type?: string
  title?: string
  /** The same as the status of the response (§3.1.2). */
  status?: number
  detail?: string
  instance?: string
  [extension: string]: unknown
}

/**
 * The problem of a status that says nothing more than the status itself: type `about:blank`, whose title should be the phrase of the
 * status (RFC 9457 §4.2.1).
 *
 * @param status of the response
 * @param detail what went wrong this time, for people (§3.1.4)
 * @param extensions further members (§3.2)
 */
export function blankProblem(status: number, detail?: string, extensions: Record<string, unknown> = {}): Problem {
  return {
    type: 'about:blank',
    title: STATUS_CODES[status] ?? String(status),
    status,
    ...(detail !== undefined && { detail }),
    ...extensions,
  }
}
