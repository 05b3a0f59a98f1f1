import type { HeaderLine } from '../../reports/model.ts'
import type { Json, Operation, Role } from '../../spec/contract.ts'

/** Whose credentials a request carries: one of the target's identities, or nobody's. */
export type Identity = 'a' | 'b' | 'anonymous'

/**
 * A request before it is sent: plain data, so that a check can derive an odd one from a whole one with exactly one difference
 * (`withHeader`, `withoutHeader`, `withBody`).
 */
export interface Request {
  /** What the check wants with it; it stands in the report. */
  purpose: string
  role: Role
  operation: Operation
  method: string
  /** Values of the path template's parameters, not yet encoded. */
  path: Record<string, string>
  query: [name: string, value: string][]
  /** Two lines of one field are two pairs. Credentials and the target's own headers are added when it is sent. */
  headers: HeaderLine[]
  /** JSON, or the text of a body whose media type is not JSON; undefined: none. */
  body: Json | undefined
  /** Sent as it is, in place of `body`: for what is not JSON at all. */
  raw?: string
  as: Identity
  /** The fresh value that was put at the marker, if one was. */
  marker?: string
  /** The word that `$unique` stood for in it. */
  unique?: string
  /** The resource that it belongs to. */
  resource: string
}

/** The same request with one field set (all its lines replaced). */
export function withHeader(request: Request, name: string, value: string): Request {
  return { ...request, headers: [...withoutHeader(request, name).headers, [name, value]] }
}

/** The same request with one more line, even if there is one of that name. */
export function withHeaderLine(request: Request, name: string, value: string): Request {
  return { ...request, headers: [...request.headers, [name, value]] }
}

/** The same request without any line of a field. */
export function withoutHeader(request: Request, name: string): Request {
  const wanted = name.toLowerCase()
  return { ...request, headers: request.headers.filter(([field]) => field.toLowerCase() !== wanted) }
}

/** The same request with another body. */
export function withBody(request: Request, body: Json | undefined): Request {
  return { ...request, body }
}

/** The same request with another method: `HEAD` for a read, `PUT` where the contract says GET. */
export function withMethod(request: Request, method: string): Request {
  return { ...request, method }
}
