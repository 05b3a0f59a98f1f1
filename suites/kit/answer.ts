import type { Exchange, HeaderLine } from '../../reports/model.ts'
import type { Json } from '../../spec/contract.ts'
import type { Request } from './request.ts'

/** A whole response, as bytes saw it (the `exchange` beside it is what the report keeps: secrets replaced, content capped). */
export class Answer {
  readonly request: Request
  readonly exchange: Exchange
  readonly status: number
  /** Field lines in wire order, names in wire case. */
  readonly headers: HeaderLine[]
  /** The content, decoded as UTF-8. */
  readonly text: string
  #json: { value: Json | undefined } | undefined

  constructor(request: Request, exchange: Exchange, status: number, headers: HeaderLine[], text: string) {
    this.request = request
    this.exchange = exchange
    this.status = status
    this.headers = headers
    this.text = text
  }

  /** A 2xx; to a write also a 303, which says that it was performed and where its result can be read (RFC 9110 §15.4.4). */
  get ok(): boolean {
    const sees = this.status === 303 && !['GET', 'HEAD'].includes(this.request.method) && this.header('location') !== undefined
    return sees || (this.status >= 200 && this.status < 300)
  }

  /** All lines of a field. */
  lines(name: string): string[] {
    const wanted = name.toLowerCase()
    return this.headers.filter(([field]) => field.toLowerCase() === wanted).map(([, value]) => value)
  }

  /** A field's value, its lines joined by `, ` (RFC 9110 §5.2); undefined if it is not there. */
  header(name: string): string | undefined {
    const lines = this.lines(name)
    return lines.length === 0 ? undefined : lines.join(', ')
  }

  /** The media type in lower case, without parameters; undefined if none is named. */
  get mediaType(): string | undefined {
    return this.header('content-type')?.split(';')[0]!.trim().toLowerCase()
  }

  /** The content as JSON; undefined where it is none. */
  get json(): Json | undefined {
    this.#json ??= { value: parsed(this.text) }
    return this.#json.value
  }

  /** The content as places see it (`spec/places.ts`): JSON, else the text, else nothing. */
  get body(): Json | undefined {
    const looksLikeJson = this.mediaType === undefined || /[/+]json$/.test(this.mediaType) || /^\s*[{[]/.test(this.text)
    return (looksLikeJson ? this.json : undefined) ?? (this.text === '' ? undefined : this.text)
  }

  /** For a report: the status, and the beginning of the content. */
  get shown(): string {
    const content = this.text.replace(/\s+/g, ' ').trim()
    return content === '' ? `${this.status}` : `${this.status} ${content.length > 160 ? `${content.slice(0, 159)}…` : content}`
  }
}

function parsed(text: string): Json | undefined {
  if (text === '') return undefined
  try {
    return JSON.parse(text) as Json
  } catch {
    return undefined
  }
}
