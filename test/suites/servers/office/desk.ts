import type { IncomingHttpHeaders } from 'node:http'
import type { Bug, Habits } from './habits.ts'

export type Members = { [name: string]: unknown }

/** A request, its body read. */
export interface Question {
  method: string
  path: string[]
  query: URLSearchParams
  headers: IncomingHttpHeaders
  content: string
  caller: string
}

export interface Reply {
  status: number
  headers: { [name: string]: string }
  content: string
}

/** What the office keeps of anything. */
export interface Thing {
  id: string
  members: Members
  version: number
  owner: string
}

/** What all desks of the office share: how they refuse, and how they show what they keep. */
export class Desk {
  readonly habits: Habits
  readonly bug: Bug | undefined
  readonly things: Map<string, Thing> = new Map()
  readonly #name: string
  readonly #gone: Set<string> = new Set()
  #next = 1
  #versions = 0

  constructor(name: string, habits: Habits, bug: Bug | undefined) {
    this.#name = name
    this.habits = habits
    this.bug = bug
  }

  /** @returns the status 200 unless it says another */
  show(thing: Thing, { status = 200, headers = {} }: Partial<Reply> = {}): Reply {
    const { extra } = this.habits
    const members = { id: thing.id, ...thing.members, ...(extra && { links: { self: this.url(thing) }, kind: this.#name }) }
    return {
      status,
      headers: { 'Content-Type': 'application/json', ...this.validators(thing), ...headers },
      content: JSON.stringify(members),
    }
  }

  /** Fields that name the version of a thing. */
  validators(_: Thing): { [name: string]: string } {
    return {}
  }

  list(all: readonly Thing[] = [...this.things.values()]): Reply {
    const content = JSON.stringify(all.map((thing) => JSON.parse(this.show(thing).content) as Members))
    return { status: 200, headers: { 'Content-Type': 'application/json' }, content }
  }

  url({ id }: Thing): string {
    return `/${this.#name}/${id}`
  }

  add(members: Members, owner: string, id: string = `${this.#name.slice(0, -1)}-${this.#next++}`): Thing {
    const thing = { id, members, owner, version: ++this.#versions }
    this.things.set(id, thing)
    const settle = (): void => void (this.things.get(id) === thing && this.change(thing, { ...thing.members, settled: true }))
    if (this.habits.settles > 0) setTimeout(settle, this.habits.settles)
    return thing
  }

  /** Gives a thing other members; what no client may write stays. */
  change(thing: Thing, members: Members): Thing {
    thing.members = { ...(thing.members['settled'] === true && { settled: true }), ...members }
    thing.version = ++this.#versions
    return thing
  }

  created(thing: Thing): Reply {
    return this.show(thing, { status: 201, headers: { Location: this.url(thing) } })
  }

  /** What is said of what is not there. */
  missing(id: string): Reply {
    const { remains } = this.habits
    if (remains === 'nothing' || !this.#gone.has(id)) return this.refuse(404, 'not-there')
    if (remains === 410) return this.refuse(410, 'gone')
    return { status: 200, headers: { 'Content-Type': 'application/json' }, content: JSON.stringify({ id, deleted: true }) }
  }

  /** Removes it, or says that it is not there. */
  remove(id: string): Reply {
    this.#gone.add(id)
    if (this.things.delete(id)) return nothing
    const { deleteAgain } = this.habits
    return deleteAgain === 204 ? nothing : this.refuse(deleteAgain, 'not-there')
  }

  refuse(status: number, type: string, words: Members = {}): Reply {
    if (this.habits.refusals === 'own')
      return { status, headers: { 'Content-Type': 'application/json' }, content: JSON.stringify({ error: type, ...words }) }
    const problem = { type: `/problems/${type}`, title: `Refused: ${type}`, status, ...words }
    return { status, headers: { 'Content-Type': 'application/problem+json' }, content: JSON.stringify(problem) }
  }

  /** The members that a client may say, or a refusal. @param known name → the type that its value has */
  accepted(content: string, known: { [name: string]: 'string' | 'number' }, needed: readonly string[]): Members | Reply {
    let body: unknown
    try {
      body = JSON.parse(content)
    } catch {
      return this.refuse(400, 'no-json')
    }
    if (typeof body !== 'object' || body === null || Array.isArray(body)) return this.refuse(422, 'no-map')
    const said = body as Members
    const others = Object.keys(said).filter((name) => !(name in known) && (name !== 'id' || this.habits.strict === 'and id'))
    if (this.habits.strict && others.length > 0) return this.refuse(422, 'unknown-member', { detail: others.join() })
    const wrong =
      needed.find((name) => said[name] === undefined) ??
      Object.keys(known).find((name) => said[name] !== undefined && said[name] !== null && typeof said[name] !== known[name])
    if (wrong !== undefined) return this.refuse(422, 'invalid', { detail: `${wrong} is not as it should be` })
    return Object.fromEntries(Object.keys(known).flatMap((name) => (said[name] === undefined ? [] : [[name, said[name]]])))
  }
}

export const nothing: Reply = { status: 204, headers: {}, content: '' }

export function isReply(result: Members | Reply): result is Reply {
  return typeof result['status'] === 'number' && typeof result['content'] === 'string'
}
