import type { Contract } from '../spec/contract.ts'
import { headerOf, type HeaderLines } from './message.ts'

/** What a script of another origin may read though it is not safelisted (Fetch §3.2.3), beside what the document declares. */
const exposed = [
  'ETag',
  'Location',
  'Last-Modified',
  'Retry-After',
  'Preference-Applied',
  'Idempotent-Replayed',
  'Accept-Patch',
  'Allow',
  'WWW-Authenticate',
  'Ifmatch-Decision',
]

/** What a script of another origin may send, beside what it asks for and the document declares. */
const allowed = [
  'Authorization',
  'Content-Type',
  'Idempotency-Key',
  'If-Match',
  'If-Modified-Since',
  'If-None-Match',
  'If-Unmodified-Since',
  'Prefer',
]

/** The answers to questions of browsers (Fetch §3.2): always on, the same on errors. */
export class Cors {
  readonly #exposed: string
  readonly #allowed: string[]

  constructor(contract: Contract) {
    const responses = contract.operations.flatMap((operation) => operation.responses)
    this.#exposed = unique([...exposed, ...responses.flatMap((each) => [...each.headers.values()].map((header) => header.name))]).join(', ')
    const sent = contract.operations.flatMap((operation) => operation.parameters).filter((each) => each.in === 'header')
    this.#allowed = unique([...allowed, ...sent.map((each) => each.name)])
  }

  /** The header lines of an answer; `Vary` even where no origin was named, since the answer to one would differ. */
  headers(origin: string | undefined): HeaderLines {
    if (origin === undefined) return vary
    return [
      ...vary,
      ['Access-Control-Allow-Origin', origin],
      ['Access-Control-Allow-Credentials', 'true'],
      ['Access-Control-Expose-Headers', this.#exposed],
    ]
  }

  /** The header lines of the answer to OPTIONS; to a preflight (Fetch §3.2.2) also what may be sent. */
  preflight(headers: HeaderLines, methods: string[]): HeaderLines {
    if (headerOf(headers, 'access-control-request-method') === undefined) return []
    const asked = (headerOf(headers, 'access-control-request-headers') ?? '').split(',').map((name) => name.trim())
    const names = unique([...this.#allowed, ...asked.filter((name) => /^[!#$%&'*+.^_`|~0-9A-Za-z-]+$/.test(name))])
    return [
      ['Access-Control-Allow-Methods', methods.join(', ')],
      ['Access-Control-Allow-Headers', names.join(', ')],
      ['Access-Control-Max-Age', '600'],
    ]
  }
}

const vary: HeaderLines = [['Vary', 'Origin']]

function unique(names: string[]): string[] {
  return [...new Map(names.map((name) => [name.toLowerCase(), name])).values()]
}
