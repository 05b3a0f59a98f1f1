import { isDeepStrictEqual } from 'node:util'
import { Desk, isReply, type Members, nothing, type Question, type Reply, type Thing } from './desk.ts'

const known = { title: 'string', text: 'string' } as const

/** Notes: a version in the body, JSON Patch, merges, and many in one request. */
export class Notes extends Desk {
  answer(question: Question): Reply {
    const { method, path, content, caller, headers } = question
    const [, id, action] = path
    if (id === undefined) return method === 'GET' ? this.list() : this.#create(content, caller)
    if (id === 'bulk') return this.#bulk(content, caller)
    const note = this.things.get(id)
    if (!note) return method === 'DELETE' ? this.remove(id) : method === 'GET' ? this.missing(id) : this.refuse(404, 'not-there')
    if (action === 'merge') return this.#merge(note, content)
    if (method === 'GET') return this.show(note)
    if (method === 'DELETE') return this.remove(id)
    if (method === 'PUT') return this.#replace(note, content)
    const type = String(headers['content-type']).split(';')[0]
    if (type !== 'application/json-patch+json')
      return { ...this.refuse(this.habits.unknownPatch, 'media-type'), headers: { 'Accept-Patch': 'application/json-patch+json' } }
    return this.#patch(note, content)
  }

  override show(thing: Thing, reply: Partial<Reply> = {}): Reply {
    return super.show({ ...thing, members: { ...thing.members, version: thing.version } }, reply)
  }

  #create(content: string, caller: string): Reply {
    const members = this.accepted(content, { ...known, version: 'number' }, ['title'])
    if (isReply(members)) return members
    const { version: _, ...own } = members
    return this.created(this.add(own, caller))
  }

  #replace(note: Thing, content: string, checks = true): Reply {
    const members = this.accepted(content, { ...known, version: 'number' }, ['title'])
    if (isReply(members)) return members
    const { version, ...own } = members
    if (checks && version === undefined) return this.refuse(409, 'no-version', { detail: 'send the version that you have read' })
    if (checks && version !== note.version) return this.refuse(409, 'stale', { detail: `the version is ${note.version}` })
    return this.show(this.change(note, own))
  }

  #patch(note: Thing, content: string): Reply {
    let steps: Members[]
    try {
      steps = JSON.parse(content) as Members[]
    } catch {
      return this.refuse(400, 'no-json')
    }
    if (!Array.isArray(steps)) return this.refuse(422, 'no-list')
    const members = { ...note.members }
    const refused = (status: number, type: string): Reply => {
      if (this.bug === 'patch-half-done') this.change(note, members)
      return this.refuse(status, type)
    }
    for (const { op, path, value } of steps) {
      const name = String(path).slice(1)
      const there = { ...members, id: note.id, version: note.version } as Members
      if (op === 'test') {
        if (!isDeepStrictEqual(there[name], value) && this.bug !== 'test-ignored') return refused(this.habits.failedTest, 'test-failed')
      } else if (!(name in known)) return refused(422, 'read-only')
      else if (op === 'remove') delete members[name]
      else if ((op === 'add' || op === 'replace') && typeof value === 'string') members[name] = value
      else return refused(422, 'invalid')
    }
    if (members['title'] === undefined) return refused(422, 'invalid')
    this.change(note, members)
    return this.habits.patched === 204 ? nothing : this.show(note)
  }

  /** Member by member: what one side changed is taken, what both changed to something else is refused. */
  #merge(note: Thing, content: string): Reply {
    const { base, mine } = JSON.parse(content) as { base: Members; mine: Members }
    const merged = { ...note.members }
    for (const name of Object.keys(known)) {
      if (mine[name] === base[name]) continue
      const both = note.members[name] !== base[name] && note.members[name] !== mine[name]
      if (both && this.bug !== 'merge-takes-mine') return this.refuse(409, 'overlap', { fields: [name] })
      merged[name] = mine[name]
    }
    return this.show(this.change(note, merged))
  }

  #bulk(content: string, caller: string): Reply {
    const { items } = JSON.parse(content) as { items: { op: string; id?: string; data: Members }[] }
    const stale = items.findIndex(({ id, data }) => id !== undefined && this.things.get(id)?.version !== data['version'])
    const results = items.map((item) => {
      const { op, id, data } = item
      const text = JSON.stringify(data)
      if (this.habits.atomic && stale >= 0 && items[stale] !== item) return { status: 424, body: { type: '/problems/others' } as Members }
      const note = this.things.get(String(id))
      const checks = this.bug !== 'bulk-ignores-version'
      const one = op === 'add' ? this.#create(text, caller) : note ? this.#replace(note, text, checks) : this.refuse(404, 'not-there')
      const status = this.bug === 'bulk-says-done' ? 200 : one.status
      return { status: this.habits.bulkStatus === 'text' ? String(status) : status, body: JSON.parse(one.content) as Members }
    })
    return { status: 207, headers: { 'Content-Type': 'application/json' }, content: JSON.stringify({ results }) }
  }
}
