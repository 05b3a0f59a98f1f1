import type { Exchange, HeaderLine } from '../../reports/model.ts'
import type { Secret } from '../target.ts'

/** Shorter values are too common to look for everywhere: they are replaced only in the place they were sent in. */
const shortest = 4

/** So many values that come and go (signatures) are remembered; a server that echoes one does so soon. */
const passing = 64

/** Takes secrets out of what a report keeps: every spelling of a value that went out becomes `$NAME`. */
export class Redactor {
  readonly #secrets: Secret[] = []
  readonly #passing: Secret[] = []
  #all: readonly Secret[] = []
  #spellings: Map<string, string> = new Map()
  #pattern: RegExp | undefined

  constructor(secrets: readonly Secret[]) {
    this.#secrets = secrets.filter((secret) => secret.value !== '')
    this.#compile()
  }

  /** From now on this is a secret too: a token that was fetched. `lasting` false: one of many that come and go. */
  learn(secret: Secret, { lasting }: { lasting: boolean }): void {
    const known = (one: Secret): boolean => one.value === secret.value && one.name === secret.name
    if (secret.value === '' || this.#secrets.some(known) || this.#passing.some(known)) return
    if (lasting) this.#secrets.push(secret)
    else if (this.#passing.push(secret) > passing) this.#passing.shift()
    this.#compile()
  }

  #compile(): void {
    this.#all = [...this.#secrets, ...this.#passing]
    this.#spellings = new Map()
    for (const { name, value } of this.#all) {
      if (value.length < shortest) continue
      for (const spelling of spellings(value)) if (!this.#spellings.has(spelling)) this.#spellings.set(spelling, `$${name}`)
    }
    // longest first, so that a value that holds another one goes as a whole
    const parts = [...this.#spellings.keys()].sort((a, b) => b.length - a.length).map((text) => literal(text))
    this.#pattern = parts.length ? new RegExp(parts.join('|'), 'g') : undefined
  }

  /** Any text: a URL, a body, a sentence. */
  text(text: string): string {
    return this.#pattern ? text.replace(this.#pattern, (found) => this.#spellings.get(found) ?? '$SECRET') : text
  }

  /** A field line; in `Basic` credentials the whole pair goes if a part of it is secret. */
  header([name, value]: HeaderLine): HeaderLine {
    const [, scheme, coded] = /^(Basic\s+)(\S+)$/i.exec(value) ?? []
    if (coded !== undefined) {
      const pair = Buffer.from(coded, 'base64').toString()
      const inside = this.#all.find((secret) => secret.value === coded || pair.split(':').includes(secret.value) || this.#hides(pair))
      if (inside) return [name, `${scheme}$${inside.name}`]
    }
    const short = this.#all.find((secret) => secret.value === value && secret.sentIn.includes(name.toLowerCase()))
    return [name, short ? `$${short.name}` : this.text(value)]
  }

  url(url: string): string {
    const short = this.#all.filter((secret) => secret.value.length < shortest)
    let shown = this.text(url)
    for (const { name, value, sentIn } of short) {
      for (const place of sentIn.filter((place) => place.startsWith('?'))) {
        const [key, coded] = [encodeURIComponent(place.slice(1)), encodeURIComponent(value)]
        shown = shown.replace(new RegExp(`([?&]${literal(key)}=)${literal(coded)}(?=&|$)`, 'g'), (_, before) => `${before}$${name}`)
      }
    }
    return shown
  }

  exchange(exchange: Exchange): Exchange {
    const { request, response } = exchange
    return {
      ...exchange,
      error: exchange.error === null ? null : this.text(exchange.error),
      request: {
        ...request,
        url: this.url(request.url),
        headers: request.headers.map((line) => this.header(line)),
        body: request.body && { ...request.body, text: this.text(request.body.text) },
      },
      response: response && {
        ...response,
        headers: response.headers.map((line) => this.header(line)),
        body: response.body && { ...response.body, text: this.text(response.body.text) },
      },
    }
  }

  #hides(text: string): boolean {
    return this.text(text) !== text
  }
}

function literal(text: string): string {
  return text.replace(/[\\^$.*+?()[\]{}|/-]/g, '\\$&')
}

/** How a value may look on its way: raw, percent-encoded (either hex case), form-encoded, JSON-escaped, inside base64 at any offset. */
function spellings(value: string): Set<string> {
  const percent = encodeURIComponent(value)
  const form = new URLSearchParams([['', value]]).toString().slice(1)
  const json = JSON.stringify(value).slice(1, -1)
  const lower = (text: string): string => text.replace(/%[0-9A-F]{2}/g, (code) => code.toLowerCase())
  const plain = [value, percent, lower(percent), form, lower(form), json, json.replaceAll('/', '\\/')]
  return new Set([...plain, ...[0, 1, 2].flatMap((offset) => insideBase64(value, offset))])
}

/** The characters that a value gives in base64 whatever stands before and after it, in both alphabets. */
function insideBase64(value: string, offset: number): string[] {
  const bytes = Buffer.concat([Buffer.alloc(offset), Buffer.from(value)])
  const from = Math.ceil((offset * 8) / 6)
  const to = Math.floor((bytes.length * 8) / 6)
  const core = bytes.toString('base64').slice(from, to)
  const whole = offset === 0 ? [bytes.toString('base64'), bytes.toString('base64url')] : []
  if (core.length < 6) return whole.filter((text) => text.length >= 6)
  return [...whole, core, core.replaceAll('+', '-').replaceAll('/', '_')]
}
