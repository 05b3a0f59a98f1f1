import { isDeepStrictEqual } from 'node:util'
import { isKnown, isOdd, mayWrite } from './conditions.ts'
import { type Bug, type Entry, type Habits, isCoded, isGerman, type Members } from './habits.ts'
import type { Question, Reply } from './library.ts'
import { membersFrom, writable } from './members.ts'
import { misread } from './misread.ts'
import { refusalOf } from './refusal.ts'
import { contentOf, fieldsOf, validatorsOf } from './representation.ts'

const kinds: { [collection: string]: Entry['kind'] } = { books: 'book', shelves: 'shelf', loans: 'loan' }

/** What a place takes, HEAD and OPTIONS apart. */
function methodsAt(kind: Entry['kind'], id: string | undefined, action: string | undefined): string[] {
  if (action !== undefined) return ['POST']
  if (id === undefined) return kind === 'shelf' ? [] : kind === 'book' ? ['GET', 'POST'] : ['POST']
  return kind === 'book' ? ['GET', 'PUT', 'PATCH', 'DELETE'] : ['GET', 'PUT', 'DELETE']
}

/** What there was at one moment. */
interface Picture {
  stored: ReadonlyMap<string, Entry>
  keys: ReadonlyMap<string, { content: string; reply: Reply }>
}

/** What stands in the library, and what is answered to those who ask for it. Each request is one step: nothing comes between its parts. */
export class Shelving {
  base = ''
  readonly #habits: Habits
  readonly #bug: Bug | undefined
  readonly #stored: Map<string, Entry> = new Map()
  /** What reads see. */
  readonly #visible: Map<string, Entry> = new Map()
  readonly #sold: Entry[] = []
  readonly #keys: Map<string, { content: string; reply: Reply }> = new Map()
  #versions = 0
  #next = 1000
  /** What a write is checked against: what stands there now, unless the library has a bug. */
  #checked: Picture

  constructor(habits: Habits, bug: Bug | undefined) {
    this.#habits = habits
    this.#bug = bug
    this.#checked = { stored: this.#stored, keys: this.#keys }
  }

  /** How everything stands, to be checked against later. */
  picture(): Picture {
    return { stored: new Map(this.#stored), keys: new Map(this.#keys) }
  }

  /** @param checked what a write is checked against: what stands there now, or (a bug) what stood there a while ago */
  answer(question: Question, checked: Picture = { stored: this.#stored, keys: this.#keys }): Reply {
    this.#checked = checked
    const { method, path, headers } = question
    const [collection = '', id, action] = path
    const kind = kinds[collection]
    if (!kind) return this.refuse(404, 'no-such-place')
    const allowed = methodsAt(kind, id, action)
    if (method === 'OPTIONS') return { status: 204, headers: { Allow: allowed.join(', ') }, content: '' }
    if (!(method === 'HEAD' ? allowed.includes('GET') : allowed.includes(method)))
      return this.refuse(405, 'method', { Allow: allowed.join(', ') })
    if (method === 'HEAD' && typeof this.#habits.head === 'number') return this.refuse(this.#habits.head, 'no-head')
    if (this.#habits.strictConditions && isOdd(headers)) return this.refuse(400, 'condition')
    if (method === 'GET' || method === 'HEAD') return id === undefined ? this.#list(kind) : this.#read(kind, id, question)
    let body: Members | undefined
    if (method !== 'DELETE' && action === undefined) {
      const type = String(headers['content-type']).split(';')[0]!.trim()
      if (type !== (method === 'PATCH' ? 'application/merge-patch+json' : 'application/json')) return this.refuse(415, 'media-type')
      try {
        body = JSON.parse(question.content) as Members
      } catch {
        return this.refuse(400, 'no-json')
      }
      if (typeof body !== 'object' || body === null || Array.isArray(body)) return this.refuse(422, 'no-map')
    }
    if (id === undefined) return this.#create(kind, body!, question)
    return this.#write(kind, id, action, body, question)
  }

  refuse(status: number, type: string, headers: { [name: string]: string } = {}, words: Members = {}): Reply {
    return refusalOf(this.#habits.refusals, status, type, headers, words)
  }

  #list(kind: Entry['kind']): Reply {
    const all = [...this.#visible.values()]
      .filter((entry) => entry.kind === kind)
      .map((entry) => JSON.parse(contentOf(entry, this.#habits)) as Members)
    const { list } = this.#habits
    if (list === 405) return this.refuse(405, 'no-list')
    const shown =
      list === 'two'
        ? { items: all.slice(0, 2), next: all.length > 2 ? '/books?page=2' : null }
        : list === 'wrapped'
          ? { data: { books: all }, total: all.length }
          : all
    return { status: 200, headers: { 'Content-Type': 'application/json', ...this.#habits.fields }, content: JSON.stringify(shown) }
  }

  #read(kind: Entry['kind'], id: string, { method, headers }: Question): Reply {
    const entry = this.#visible.get(`${kind}/${id}`)
    if (!entry) return this.refuse(404, 'not-there')
    if (this.#bug === 'get-writes') entry.version = ++this.#versions
    const content = contentOf(entry, this.#habits)
    const validators = validatorsOf(entry, content, this.#habits, this.#bug)
    // another form, another tag
    if (isGerman(headers, this.#habits)) validators.tag = validators.tag?.replace(/"$/, '-de"')
    if (isCoded(headers, this.#habits)) validators.tag = validators.tag?.replace(/"$/, `${this.#habits.codedEnd}"`)
    const fields = { ...fieldsOf(validators), ...this.#habits.fields }
    const known = kind !== 'loan' && isKnown(headers, validators)
    if (known || (this.#bug === 'stale-304' && headers['if-none-match'] !== undefined)) {
      return {
        status: 304,
        headers: this.#habits.fullNotModified ? fields : { ...this.#habits.fields, ...(validators.tag ? { ETag: validators.tag } : {}) },
        content: '',
      }
    }
    if (method === 'HEAD' && this.#habits.head === 'no-tag') delete fields['ETag']
    return { status: 200, headers: { 'Content-Type': 'application/json', ...fields }, content }
  }

  #create(kind: Entry['kind'], body: Members, { headers, content }: Question): Reply {
    const key = headers['idempotency-key']
    const executes = this.#bug === 'key-ignored' || this.#bug === 'repeat-executed'
    const earlier = typeof key === 'string' && kind === 'book' && !executes ? this.#checked.keys.get(key) : undefined
    if (earlier && (earlier.content === content || this.#bug === 'key-returns-old')) return earlier.reply
    if (earlier) return this.refuse(422, 'key-reused')
    const members = this.#accepted(kind, body)
    if ('status' in members) return members.status
    const id = this.#habits.ids === 'number' ? String(this.#next++) : `${kind}-${(this.#next++).toString(36)}`
    const repeats = this.#bug === 'repeat-executed' && typeof key === 'string' && this.#keys.has(key)
    const conflict = repeats ? undefined : this.#conflict(kind, id, members.members, true)
    if (conflict) return conflict
    const entry = this.#store(kind, id, { ...members.members, ...(kind === 'loan' ? { state: 'open' } : {}) })
    const reply = this.#written(entry, this.#habits.created, body)
    if (typeof key === 'string' && kind === 'book') this.#keys.set(key, { content, reply })
    return reply
  }

  #write(kind: Entry['kind'], id: string, action: string | undefined, body: Members | undefined, { method, headers }: Question): Reply {
    const entry = this.#checked.stored.get(`${kind}/${id}`)
    const creates = kind === 'shelf' && method === 'PUT'
    if (!entry && !creates) {
      if (headers['if-match'] !== undefined && this.#habits.matchMissing === 412) return this.refuse(412, 'not-there')
      return method === 'DELETE' && this.#habits.deleteMissing === 204
        ? { status: 204, headers: {}, content: '' }
        : this.refuse(404, 'not-there')
    }
    const accepted = body && this.#accepted(kind, method === 'PATCH' ? { ...entry!.members, ...body } : body)
    const there = entry && validatorsOf(entry, contentOf(entry, this.#habits), this.#habits, this.#bug)
    const fits =
      kind === 'loan' ||
      this.#habits.unconditional ||
      mayWrite(misread(headers, method, there?.tag, this.#habits, this.#bug), there, this.#habits.weakMatch || this.#bug === 'weak-passes')
    const refusal = this.refuse(this.#habits.stale, 'stale', there?.tag === undefined ? {} : { ETag: there.tag })
    if (!fits && this.#bug !== 'refused-but-written') {
      const same = accepted && 'members' in accepted && isDeepStrictEqual(accepted.members, entry?.members)
      // only a condition of this version is excused by it, not "must not exist" (RFC 9110 §13.1.2)
      return this.#habits.applied && same && entry && headers['if-none-match'] === undefined
        ? this.#written(entry, this.#habits.put, body)
        : refusal
    }
    if (accepted && 'status' in accepted) return accepted.status
    const done = accepted
      ? this.#replace(kind, id, entry, accepted.members, body!, headers['x-version'])
      : action !== undefined
        ? this.#return(entry!)
        : this.#remove(entry!, headers['x-version'])
    return fits ? done : refusal
  }

  #replace(kind: Entry['kind'], id: string, entry: Entry | undefined, members: Members, body: Members, header: unknown): Reply {
    const refused = kind === 'loan' ? this.#version(entry!, body, header) : undefined
    if (refused && this.#bug !== 'version-refused-but-written') return refused
    const conflict = this.#conflict(kind, id, members, false)
    if (conflict) return conflict
    const quiet =
      this.#habits.quiet &&
      entry &&
      isDeepStrictEqual(entry.members, { ...entry.members, ...members }) &&
      Object.keys(entry.members).every((name) => name in members || !writable[kind]!.includes(name))
    const next = quiet
      ? entry
      : this.#store(kind, id, { ...(kind === 'loan' ? { state: entry!.members['state'] } : {}), ...members }, entry)
    return refused ?? this.#written(next, entry ? this.#habits.put : 201, body)
  }

  /** A loan's version is told in the body or in a header. */
  #version(entry: Entry, { version = undefined }: Members, header: unknown): Reply | undefined {
    if (this.#bug === 'version-header-ignored' && version === undefined && header !== undefined) return undefined
    return this.#compared(entry, version ?? (header === undefined ? undefined : Number(header)))
  }

  #compared(entry: Entry, version: unknown): Reply | undefined {
    if (this.#bug === 'version-ignored' || version === entry.count) return undefined
    if (this.#bug === 'version-optional' && version === undefined) return undefined
    if (!Number.isInteger(version)) return this.refuse(422, 'no-version', {}, { detail: 'send the version that you have read' })
    return this.refuse(409, 'stale', {}, { current: entry.count })
  }

  #return(entry: Entry): Reply {
    if (entry.members['state'] !== 'open' && this.#bug !== 'transition-ignored')
      return this.refuse(409, 'not-open', {}, { state: entry.members['state'] })
    return this.#written(this.#store('loan', entry.id, { ...entry.members, state: 'returned' }, entry), 200, {})
  }

  #remove(entry: Entry, header: unknown): Reply {
    const told = entry.kind === 'loan' && header !== undefined && this.#bug !== 'delete-ignores-version'
    const refused = told ? this.#compared(entry, Number(header)) : undefined
    if (refused) return refused
    const loans = [...this.#stored.values()].filter(
      ({ kind, members }) => kind === 'loan' && entry.kind === 'book' && members['book'] === entry.id,
    )
    if (loans.length > 0 && this.#bug !== 'delete-cascades') return this.refuse(409, 'lent', {}, { loans: loans.map(({ id }) => id) })
    for (const gone of [...loans, entry]) {
      this.#stored.delete(`${gone.kind}/${gone.id}`)
      this.#sold.push(gone)
      this.#show(() => this.#visible.delete(`${gone.kind}/${gone.id}`))
    }
    return { status: 204, headers: {}, content: '' }
  }

  #accepted(kind: Entry['kind'], body: Members): { members: Members } | { status: Reply } {
    const done = membersFrom(kind, body, this.#habits)
    return 'members' in done ? done : { status: this.refuse(422, 'invalid', {}, { detail: `${done.wrong} must be a text` }) }
  }

  #conflict(kind: Entry['kind'], id: string, members: Members, creates: boolean): Reply | undefined {
    if (kind === 'loan' && !this.#stored.has(`book/${String(members['book'])}`))
      return this.refuse(409, 'no-such-book', {}, { book: members['book'] })
    if (kind !== 'book' || this.#bug === 'unique-ignored' || (this.#bug === 'unique-not-on-update' && !creates)) return undefined
    const others = [...this.#checked.stored.values(), ...(this.#habits.reserves ? this.#sold : [])]
    const taken = others.some((other) => other.kind === 'book' && other.id !== id && other.members['isbn'] === members['isbn'])
    if (!taken) return undefined
    return this.#bug === 'unique-500'
      ? { status: 500, headers: {}, content: 'oops' }
      : this.refuse(409, 'isbn-taken', {}, { member: 'isbn' })
  }

  #store(kind: Entry['kind'], id: string, members: Members, before?: Entry): Entry {
    const entry: Entry = {
      kind,
      id,
      members,
      version: ++this.#versions,
      count: (before?.count ?? 0) + 1,
      modified: Date.now() + this.#habits.clock,
    }
    this.#stored.set(`${kind}/${id}`, entry)
    this.#show(() => this.#visible.set(`${kind}/${id}`, entry))
    if (this.#habits.settles > 0 && members['checked'] === undefined) setTimeout(() => this.#settle(entry), this.#habits.settles)
    return entry
  }

  /** Another version of it, unless there is one already. */
  #settle({ kind, id, members, version }: Entry): void {
    const now = this.#stored.get(`${kind}/${id}`)
    if (now?.version === version) this.#store(kind, id, { ...members, checked: true }, now)
  }

  /** Lets reads see it, at once or later. */
  #show(change: () => void): void {
    if (this.#habits.lag > 0) setTimeout(change, this.#habits.lag)
    else change()
  }

  #written(entry: Entry, status: number, body: Members | undefined): Reply {
    const content = contentOf(entry, this.#habits)
    const url = `/${Object.entries(kinds).find(([, kind]) => kind === entry.kind)![0]}/${entry.id}`
    const { location } = this.#habits
    const headers: { [name: string]: string } = this.#habits.tagOnWrite
      ? fieldsOf(validatorsOf(entry, content, this.#habits, this.#bug))
      : {}
    if (this.#bug === 'tag-of-sent-content' && entry.kind !== 'loan')
      headers['ETag'] = `"${Buffer.from(JSON.stringify(body)).toString('base64url').slice(-16)}"`
    if ((status === 201 && location !== 'none') || status === 303) headers['Location'] = location === 'absolute' ? this.base + url : url
    const empty = status === 204 || ((status === 201 || status === 303) && !this.#habits.createdContent)
    return { status, headers: empty ? headers : { 'Content-Type': 'application/json', ...headers }, content: empty ? '' : content }
  }
}
