import { isDeepStrictEqual } from 'node:util'
import { isSafe } from '../../http/methods.ts'
import type { Answer } from './answer.ts'
import { pathSent } from './identity.ts'
import type { ItemState } from './item-state.ts'
import type { Request } from './request.ts'
import type { Scene } from './scene.ts'
import { Inconclusive, Unsent } from './verdict.ts'

/** A create that was sent, and is not known to have been refused. */
interface Create {
  entry: number
  request: Request
  /** What came of it; undefined: nothing that is known. */
  item: ItemState | undefined
  /** The answer, if there was one. */
  status: number | undefined
}

/** The creates of one check: each stands in the ledger before it is sent. */
export class Made {
  readonly #scene: Scene
  readonly #creates: Map<Request, Create> = new Map()
  readonly #underway: Set<Promise<Answer>> = new Set()

  constructor(scene: Scene) {
    this.#scene = scene
  }

  /**
   * Sends a request; if it may make something, the ledger knows it before, and what is answered after.
   * @param send is told whether the answer is wanted whatever happens to the check
   */
  async send(request: Request, send: (whole: boolean) => Promise<Answer>): Promise<Answer> {
    if (!this.#mayMake(request)) return send(false)
    const sent = this.#create(request, () => send(true))
    this.#underway.add(sent)
    return sent.finally(() => this.#underway.delete(sent))
  }

  /** Nothing that may make something is under way any more, and what it made is known. */
  async settled(): Promise<void> {
    await Promise.allSettled(this.#underway)
    // who asked for it learns the answer first
    await new Promise((resolve) => setImmediate(resolve))
  }

  async #create(request: Request, send: () => Promise<Answer>): Promise<Answer> {
    const { session, check } = this.#scene
    const { ledger } = session
    const { resource, as, method, unique } = request
    const known = session.target.loaded.resources.get(resource)
    const path = known ? pathSent(request, known) : request.path
    const entry = await ledger.sending({ check: check.id, resource, as, method, url: this.#shown(request), path, unique })
    const create: Create = { entry, request, item: undefined, status: undefined }
    this.#creates.set(request, create)
    try {
      const answer = await send()
      create.status = answer.status
      // a refusal made nothing; who failed may have made it all the same
      if (!answer.ok && answer.status < 500) this.#refused(create)
      return answer
    } catch (error) {
      // what is thrown but for lack of an answer was thrown before it was sent
      if (error instanceof Unsent || !(error instanceof Inconclusive)) this.#refused(create)
      throw error
    }
  }

  /** The item that an answer to a create speaks of. */
  is(answer: Answer, item: ItemState): void {
    const create = this.#creates.get(answer.request)
    if (!create || create.item === item) return
    create.item = item
    const { ledger, redactor } = this.#scene.session
    ledger.made(create.entry, { path: item.path, token: item.last.token, url: redactor.url(this.#scene.session.item(item)) })
  }

  /** What came of a request that had no answer is what its repeat made. */
  same(lost: Request, repeat: Request): void {
    const [first, second] = [this.#creates.get(lost), this.#creates.get(repeat)]
    if (!first || !second?.item) return
    first.item = second.item
    const { ledger, redactor } = this.#scene.session
    const { path, last } = second.item
    ledger.made(first.entry, { path, token: last.token, url: redactor.url(this.#scene.session.item(second.item)) })
  }

  /** The item is gone, or was told of since nothing can delete it. */
  gone(item: ItemState, is: 'deleted' | 'told' = 'deleted'): void {
    for (const { entry } of [...this.#creates.values()].filter((create) => create.item === item))
      this.#scene.session.ledger.settled(entry, is)
  }

  /** Creates of which it is not known whether, or where, they made something; the last first. */
  get lost(): { entry: number; request: Request; status: number | undefined; url: string }[] {
    const lost = [...this.#creates.values()].filter(({ item }) => item === undefined)
    return lost.toReversed().map(({ entry, request, status }) => ({ entry, request, status, url: this.#shown(request) }))
  }

  /** It was deleted, or told of: nothing more is to be done about it. */
  forget(request: Request): void {
    this.#creates.delete(request)
  }

  #refused({ entry, request }: Create): void {
    this.#creates.delete(request)
    this.#scene.session.ledger.settled(entry, 'refused')
  }

  #mayMake({ role, method, resource, path }: Request): boolean {
    if (isSafe(method)) return false
    if (role !== 'replace') return role === 'create'
    return !this.#scene.items.some((item) => !item.gone && item.resource.name === resource && isDeepStrictEqual(item.path, path))
  }

  /** Where the request goes, without secrets; empty where a parameter is missing. */
  #shown(request: Request): string {
    const { session } = this.#scene
    try {
      return session.redactor.url(session.url(request, { query: [] }).href)
    } catch {
      return ''
    }
  }
}

/** A write to what is not there makes it, on some servers. */
export function makes({ role }: Request, { status }: Answer): boolean {
  return role === 'create' || (role === 'replace' && status === 201)
}
