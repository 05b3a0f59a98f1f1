import { createHash } from 'node:crypto'
import { createServer, type IncomingHttpHeaders, type IncomingMessage } from 'node:http'
import type { AddressInfo } from 'node:net'
import { fileURLToPath } from 'node:url'

/** What is stored. */
export interface Article {
  version: number
  /** Milliseconds, whole seconds. */
  modified: number
  text: string
}

/** The habits of a server of articles; those of `plain` are right, and each test has others. */
export interface Habits {
  tag(article: Article): string
  /** Is the copy that the request speaks of still good? */
  fresh(headers: IncomingHttpHeaders, tag: string, article: Article): boolean
  /** May a write with these fields be performed? */
  allows(headers: IncomingHttpHeaders, tag: string | undefined, article: Article | undefined): boolean
  /** Refused before anything else: a status, or undefined. */
  first?(headers: IncomingHttpHeaders, method: string, article: Article | undefined): number | undefined
  /** The status of a replacement. */
  replaced: number
  refusal: number
  /** The answer to HEAD, if it is not that of GET. */
  head?: number
  /** More fields of a 200 to GET. */
  fields?: Record<string, string>
  /** The body of a refusal. */
  words?: string
  lastModified: boolean
}

/** The members of a list of tags, by the grammar of RFC 9110 §8.8.3. */
export function tags(field: string): string[] {
  return field.match(/(?:W\/)?"[\x21\x23-\x7e]*"/g) ?? []
}

const bare = (tag: string): string => tag.replace(/^W\//, '')
const at = (date: string | undefined): number => Date.parse(date ?? '')

/** RFC 9110 §13.2.2 for reads, in the words of a careful reader. */
export function isFresh(headers: IncomingHttpHeaders, tag: string, article: Article): boolean {
  const none = headers['if-none-match']
  if (none !== undefined) return none.trim() === '*' || tags(none).some((one) => bare(one) === bare(tag))
  return at(headers['if-modified-since']) >= article.modified
}

/** The same for writes. */
export function isAllowed(headers: IncomingHttpHeaders, tag: string | undefined, article: Article | undefined): boolean {
  const { 'if-match': match, 'if-none-match': none } = headers
  if (match !== undefined && !(article && (match === '*' || tags(match).some((one) => one === tag && !one.startsWith('W/'))))) return false
  if (match === undefined && article && at(headers['if-unmodified-since']) < article.modified) return false
  return none === undefined || !article || !(none === '*' || tags(none).some((one) => bare(one) === bare(tag!)))
}

export const plain: Habits = {
  tag: ({ version }) => `"v${version}"`,
  fresh: isFresh,
  allows: isAllowed,
  replaced: 200,
  refusal: 412,
  lastModified: true,
}

/** A tag that is made from the content, as many frameworks do. */
export function hashTag({ text }: Article): string {
  return `"${createHash('sha1').update(text).digest('base64')}"`
}

/** A server of articles on loopback, written for these tests alone, with nothing of the mock in it. */
export async function serveArticles(changes: Partial<Habits> = {}): Promise<{ url: string; [Symbol.asyncDispose](): Promise<void> }> {
  const habits = { ...plain, ...changes }
  const articles = new Map<string, Article>()
  let version = 0
  const server = createServer(async (request, response) => {
    const { headers, method = 'GET' } = request
    const [, , name] = new URL(request.url!, 'http://localhost').pathname.split('/')
    const body = await content(request)
    const end = (status: number, fields: Record<string, string> = {}, text?: string): void => {
      response.writeHead(status, text === undefined ? fields : { 'Content-Type': 'application/json', ...fields })
      response.end(method === 'HEAD' ? undefined : text)
    }
    if (name === undefined) return end(200, {}, JSON.stringify([...articles.keys()].map((each) => ({ name: each }))))
    const article = articles.get(name)
    const tag = article && habits.tag(article)
    const reads = method === 'GET' || method === 'HEAD'
    const status = habits.first?.(headers, method, article)
    if (status !== undefined) return end(status, {}, habits.words)
    if (!reads && method !== 'PUT' && method !== 'DELETE') return end(405)
    if (!article && method !== 'PUT') return end(404)
    if (method === 'HEAD' && habits.head !== undefined) return end(habits.head)
    if (reads) {
      const modified: Record<string, string> = habits.lastModified ? { 'Last-Modified': new Date(article!.modified).toUTCString() } : {}
      const validators = { ETag: tag!, ...modified, ...habits.fields }
      return habits.fresh(headers, tag!, article!)
        ? end(304, validators)
        : end(200, validators, JSON.stringify({ name, ...(JSON.parse(article!.text) as object) }))
    }
    if (!habits.allows(headers, tag, article)) return end(habits.refusal)
    if (method === 'DELETE') articles.delete(name)
    else if (!isArticle(body)) return end(422)
    else articles.set(name, { version: ++version, modified: Math.floor(Date.now() / 1000) * 1000, text: body })
    end(method === 'DELETE' ? 204 : article ? habits.replaced : 201)
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const stop = async (): Promise<void> => {
    server.closeAllConnections()
    await new Promise((resolve) => server.close(resolve))
  }
  return { url: `http://127.0.0.1:${(server.address() as AddressInfo).port}`, [Symbol.asyncDispose]: stop }
}

export const articlesContract: string = fileURLToPath(new URL('articles.openapi.yaml', import.meta.url))

async function content(request: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return Buffer.concat(chunks).toString()
}

function isArticle(body: string): boolean {
  try {
    const { title, text } = JSON.parse(body) as { title?: unknown; text?: unknown }
    return typeof title === 'string' && typeof text === 'string'
  } catch {
    return false
  }
}
