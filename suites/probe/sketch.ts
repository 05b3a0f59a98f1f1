import type { Json } from '../../spec/contract.ts'
import { tokenName } from '../../spec/candidates/names.ts'
import type { Example } from './example.ts'
import { isMap } from './subject.ts'

/** Two example URLs of an API without a document. */
export interface Examples {
  /** `https://api.example.com/v1/notes`; undefined where items are made by a PUT to their own URL. */
  collection: string | undefined
  /** `https://api.example.com/v1/notes/17` */
  item: string
}

/** An API as far as two example URLs show it. */
export interface Sketch {
  base: string
  collection: string | undefined
  item: string
  /** The id of the example. */
  id: string
}

/** Takes two example URLs apart. @throws SyntaxError that says what is wrong with them */
export function sketchOf({ collection, item }: Examples): Sketch {
  const at = URL.parse(item)
  if (!at || !/^https?:$/.test(at.protocol))
    throw new SyntaxError(`--item ${item}: is no URL; write it as https://api.example.com/v1/notes/17`)
  const [, above = '', id = ''] = /^(.*)\/([^/]+)\/?$/.exec(at.pathname) ?? []
  if (id === '') throw new SyntaxError(`--item ${item}: names no item; its path must end in an id`)
  if (collection !== undefined) {
    const list = URL.parse(collection)
    const path = list?.pathname.replace(/\/$/, '')
    if (!list || list.origin !== at.origin || path !== above)
      throw new SyntaxError(`--collection ${collection}: the item ${item} does not lie right under it`)
  }
  const cut = above.lastIndexOf('/')
  const name = above.slice(cut)
  if (collection !== undefined && name.length < 2)
    throw new SyntaxError(`--collection ${collection}: has no path; name the collection itself`)
  const base = at.origin + (name.length < 2 ? '' : above.slice(0, cut))
  const path = name.length < 2 ? '' : decodeURIComponent(name)
  return { base, collection: collection === undefined ? undefined : path, item: `${path}/{id}`, id: decodeURIComponent(id) }
}

/**
 * The smallest OpenAPI document of what the sketch shows.
 * @param sample what create accepts
 * @param seen an item as it is read
 * @param without methods that the API does not have
 * @param example the media type of an item that is a text, and the validators of a read
 */
export function documentOf(
  sketch: Sketch,
  sample: Json | undefined,
  seen: Json | undefined,
  without: readonly string[] = [],
  { type: textType = 'text/plain', validators = [] }: Partial<Pick<Example, 'type' | 'validators'>> = {},
): { [member: string]: Json } {
  const stored = content(seen, textType)
  const sent = content(sample, textType, sample)
  const headers = Object.fromEntries(validators.map((name): [string, Json] => [name, { schema: { type: 'string' } }]))
  const answer = (text: string): { [member: string]: Json } => ({ description: text, ...(stored && { content: stored }) })
  const body = { requestBody: { required: true, content: sent ?? content({}, textType) } } as { [member: string]: Json }
  const put = { summary: 'Replace it', ...body, responses: { [sketch.collection === undefined ? '201' : '200']: answer('Written.') } }
  const merge = {
    requestBody: {
      required: true,
      content: Object.fromEntries(Object.values(sent ?? {}).map((media) => ['application/merge-patch+json', media as Json])),
    },
  } as { [member: string]: Json }
  const item: { [member: string]: Json } = {
    parameters: [{ name: 'id', in: 'path', required: true, schema: { type: 'string' }, example: sketch.id }],
    get: { summary: 'Read it', responses: { '200': { ...answer('The item.'), ...(validators.length && { headers }) } } },
    put,
    // a text has no members that could be changed one by one
    ...(typeof (sample ?? seen) !== 'string' && {
      patch: { summary: 'Change members of it', ...merge, responses: { '200': answer('Changed.') } },
    }),
    delete: { summary: 'Delete it', responses: { '204': { description: 'Deleted.' } } },
  }
  for (const method of without) delete item[method.toLowerCase()]
  const paths: { [path: string]: Json } = {}
  if (sketch.collection !== undefined)
    paths[sketch.collection] = {
      get: { summary: 'List them', responses: { '200': { description: 'The items.' } } },
      post: { summary: 'Create one', ...body, responses: { '201': answer('Created.') } },
    }
  paths[sketch.item] = item
  return { openapi: '3.1.0', info: { title: new URL(sketch.base).host, version: '0' }, servers: [{ url: sketch.base }], paths }
}

/** What a client could send to create an item like this one: without id, versions, times and links, which servers make. */
export function sampleFrom(seen: Json | undefined, id: string): Json | undefined {
  if (!isMap(seen)) return seen
  return Object.fromEntries(Object.entries(seen).filter(([name, value]) => !isServers(name, value, id)))
}

function isServers(name: string, value: Json, id: string): boolean {
  if (String(value) === id || /^_?(id|links?|self|url|href|uri)$/i.test(name) || name.startsWith('_')) return true
  if (tokenName(name) !== undefined) return true
  return /(^|_)(created|updated|modified)|(created|updated|modified)(_?(at|on|by|date|time))?$/i.test(name)
}

function content(value: Json | undefined, textType: string, example?: Json): { [type: string]: Json } | undefined {
  if (value === undefined) return undefined
  const type = typeof value === 'string' ? textType : 'application/json'
  return { [type]: { schema: schemaOf(value), ...(example === undefined ? {} : { example }) } }
}

function schemaOf(value: Json): Json {
  if (Array.isArray(value)) return { type: 'array', ...(value[0] === undefined ? {} : { items: schemaOf(value[0]) }) }
  if (isMap(value))
    return { type: 'object', properties: Object.fromEntries(Object.entries(value).map(([name, member]) => [name, schemaOf(member)])) }
  if (value === null) return {}
  return { type: typeof value === 'number' ? (Number.isInteger(value) ? 'integer' : 'number') : (typeof value as string) }
}
