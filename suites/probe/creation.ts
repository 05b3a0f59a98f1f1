import { isDeepStrictEqual } from 'node:util'
import { escapeToken, parsePointer, readPointer, writePointer } from '../../http/pointer.ts'
import { keyName, tokenName } from '../../spec/candidates/names.ts'
import type { Json } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import { hasMembers, matches, schemaAt } from '../../spec/schemas.ts'
import type { Answer } from '../kit/answer.ts'
import type { Item } from '../kit/kit.ts'
import { mediaType, ownName } from '../kit/whole.ts'
import { isMap, type Put, Stop, type Subject } from './subject.ts'

/** How items of a resource are made: learnt with the first one. */
export class Creation {
  readonly subject: Subject
  /** The body of the first create. */
  body: Json | undefined
  /** Where the key goes, if creates take one or might. */
  readonly key: string
  keyRequired = false
  /** The refusal of a create without a key, where one with a key was performed. */
  keyMissing: Answer | undefined
  #path: Record<string, string> | undefined

  constructor(subject: Subject) {
    this.subject = subject
    const { parameters } = subject.resource.operations.get('create')!.operation
    const declared = parameters.find((one) => (one.in === 'header' || one.in === 'query') && keyName(one.name) !== undefined)
    this.key = declared ? `$request.${declared.in}.${declared.name}` : '$request.header.Idempotency-Key'
  }

  /** The first item: as the sample says, with fresh texts; as it stands, if these are not taken; with a key, if it takes that. */
  async first(): Promise<{ answer: Answer; item: Item }> {
    const { subject } = this
    const request = await subject.creation(undefined)
    const own = ownName(subject.resource)
    this.#path = Object.fromEntries(Object.entries(request.path).filter(([name]) => name !== own))
    const plain = withoutVersions(request.body)
    const bodies = [this.varied(plain), ...(isDeepStrictEqual(plain, request.body) ? [] : [this.varied(request.body)]), request.body]
    let last: Answer | undefined
    for (const body of bodies) {
      for (const puts of [[], [this.fresh()]]) {
        const { answer, item } = await subject.create({ ...(await this.request(body, puts)) })
        if (answer.ok) {
          if (!item)
            throw new Stop(
              `${subject.call('create')} → ${answer.status}, but nothing in the answer tells the id of the new item; say "identity"`,
            )
          this.body = body
          this.keyRequired = puts.length > 0
          this.keyMissing = puts.length > 0 ? last : undefined
          return { answer, item }
        }
        last = answer
        if (answer.status >= 500)
          throw new Stop(`${subject.call('create')} → ${answer.shown}; if it falls over what was sent, say a "sample" that it accepts`)
        if ([401, 403, 404, 405].includes(answer.status)) throw new Stop(`${subject.call('create')} → ${answer.shown}`)
      }
    }
    throw new Stop(`${subject.call('create')} → ${last!.shown}; say a "sample" that it accepts`)
  }

  /** A create with this body, a fresh key where one is required. */
  async again(
    body: Json | undefined,
    puts: readonly Put[] = this.keyRequired ? [this.fresh()] : [],
  ): Promise<{ answer: Answer; item: Item | undefined }> {
    return this.subject.create(await this.request(body, puts))
  }

  /** A fresh key, where it goes. */
  fresh(): Put {
    return { place: parsePlace(this.key), value: this.subject.uuid() }
  }

  /** An id that the client chooses in the query is another one each time. */
  async request(body: Json | undefined, puts: readonly Put[]): ReturnType<Subject['creation']> {
    const request = await this.subject.creation(body, puts, this.#path)
    // unless it is known to be the id: then it is fresh already, and what stands beside it says where the item lies
    const isKnown = [...this.subject.resource.identity.values()].flat().some(({ message }) => message === 'request')
    if (isKnown) return request
    const put = puts.map(({ place }) => place.name)
    return {
      ...request,
      query: request.query.map(([name, value]) => [name, /id$/i.test(name) && !put.includes(name) ? this.subject.word() : value]),
    }
  }

  /** The body with fresh texts wherever a client may choose them; `keep` stays as it is. */
  varied(body: Json | undefined, keep: readonly string[] = []): Json | undefined {
    return this.fields(body)
      .filter((pointer) => !keep.includes(pointer))
      .reduce<Json | undefined>(
        (next, pointer) => writePointer(next, pointer, this.#other(pointer, readPointer(next, pointer) as string)) as Json,
        body,
      )
  }

  /** Pointers to the texts that a client may choose, at the top and in maps up to three levels down. */
  fields(body: Json | undefined, above = ''): string[] {
    if (!isMap(body)) return []
    return Object.entries(body).flatMap(([name, value]) => {
      const pointer = `${above}/${escapeToken(name)}`
      if (isMap(value) && parsePointer(above).length < 3) return this.fields(value, pointer)
      return typeof value === 'string' && this.#isFree(pointer, value) ? [pointer] : []
    })
  }

  #schema(pointer: string): { [keyword: string]: unknown } | undefined {
    const type = mediaType(this.subject.resource.operations.get('create')!.operation, 'create')
    if (!type || !hasMembers(type) || type.schema === undefined) return undefined
    const schema = schemaAt(type.schema, pointer, this.subject.scene.session.target.loaded.deref)
    return typeof schema === 'object' ? schema : undefined
  }

  #isFree(pointer: string, value: string): boolean {
    const schema = this.#schema(pointer)
    if (['enum', 'const'].some((word) => schema?.[word] !== undefined)) return false
    const format = schema?.['format']
    if (format !== undefined) return format === 'email' || format === 'uuid'
    const most = schema?.['maxLength']
    if (typeof most === 'number' && most < 12) return false
    const pattern = schema?.['pattern']
    if (typeof pattern === 'string') return matches(pattern, 'w0a1b2c3d4e5')
    // without a schema: words are free; codes, dates, numbers and addresses of the web may not be
    return schema !== undefined || (/^[\p{L}\p{N} .,'!?_@+-]*$/u.test(value) && /\p{Ll}/u.test(value) && !/^\d{4}-\d\d/.test(value))
  }

  #other(pointer: string, value: string): string {
    if (this.#schema(pointer)?.['format'] === 'uuid') return this.subject.uuid()
    const at = /^[^@\s]+(@[^@\s]+\.[^@\s]+)$/.exec(value)?.[1]
    const host = at ?? (this.#schema(pointer)?.['format'] === 'email' ? '@example.test' : '')
    return `${this.subject.word()}${host}`
  }
}

/** A version in the body of a create is the server's to give, or a condition: examples show one all the same. */
function withoutVersions(body: Json | undefined): Json | undefined {
  if (!isMap(body)) return body
  const kept = Object.entries(body).filter(([name]) => tokenName(name) === undefined)
  return Object.fromEntries(kept.map(([name, value]): [string, Json] => [name, withoutVersions(value) ?? null]))
}
