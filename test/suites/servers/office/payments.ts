import { setTimeout } from 'node:timers/promises'
import { Desk, isReply, type Members, nothing, type Question, type Reply, type Thing } from './desk.ts'

interface Known {
  print: string
  /** The answer, once it is there; undefined: it is not kept. */
  reply: Promise<Reply | undefined>
  done: boolean
}

const uuid = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

/** Payments: each belongs to who made it, and is made once for a key. */
export class Payments extends Desk {
  readonly #keys: Map<string, Known> = new Map()

  async answer(question: Question): Promise<Reply> {
    const { method, path, caller, content } = question
    const [, id, action] = path
    if (id === undefined && method === 'GET') return this.list([...this.things.values()].filter(({ owner }) => owner === caller))
    if (id === undefined) return this.#once(question, () => this.#create(content, caller))
    const payment = this.things.get(id)
    if (payment && payment.owner !== caller) return this.refuse(this.habits.foreign, 'not-yours')
    if (method === 'DELETE') return this.remove(id)
    if (!payment) return action === undefined ? this.missing(id) : this.refuse(404, 'not-there')
    if (action === undefined) return this.show(payment)
    return this.#once(question, () => this.#refund(payment))
  }

  /** Carries out a request once for its key. */
  async #once(question: Question, work: () => Promise<Reply>): Promise<Reply> {
    const key = this.#key(question)
    if (typeof key !== 'string') return key
    const print = this.#print(question)
    const known = this.bug === 'key-ignored' ? undefined : this.#keys.get(key)
    if (known) {
      const other = known.print !== print
      if (other && this.bug !== 'other-payload-executed' && this.bug !== 'other-payload-replayed')
        return this.refuse(this.habits.keyReused, 'key-used-before')
      if (this.habits.rejectsRepeats && known.done) return this.refuse(409, 'key-seen')
      if (!known.done && this.habits.inFlight === 'refused') return this.refuse(409, 'key-at-work')
      const first = await known.reply
      if (first && !(other && this.bug === 'other-payload-executed')) return this.#again(first)
    }
    const { promise, resolve } = Promise.withResolvers<Reply | undefined>()
    const entry: Known = { print, reply: promise, done: false }
    if (this.bug !== 'key-claimed-late') this.#keys.set(key, entry)
    const reply = await work()
    const keeps = this.habits.stores === 'all' || reply.status < 400 || this.bug === 'key-of-refusal-burnt'
    entry.done = true
    if (keeps) this.#keys.set(key, entry)
    else this.#keys.delete(key)
    resolve(keeps ? reply : undefined)
    return reply
  }

  /** What the key is known by, or a refusal. */
  #key({ headers, caller, method, path }: Question): string | Reply {
    const text = headers['idempotency-key']
    if (typeof text !== 'string' || text === '') return this.refuse(400, 'no-key', { detail: 'send an Idempotency-Key' })
    const { keyFormat, keyScope } = this.habits
    if (keyFormat === 'uuid' && !uuid.test(text)) return this.refuse(400, 'key-malformed', { detail: 'a key is a UUID' })
    if (keyFormat === 'quoted' && !/^"[\x20-\x7e]+"$/.test(text))
      return this.refuse(400, 'key-malformed', { detail: 'a key stands in quotes' })
    const owner = this.bug === 'key-of-everybody' || keyScope === 'everybody' ? '' : caller
    return JSON.stringify([text, owner, ...(keyScope === 'caller and operation' ? [method, path[2] ?? ''] : [])])
  }

  #print({ method, path, content }: Question): string {
    const { compares } = this.habits
    if (compares === 'nothing') return JSON.stringify([method, path])
    if (compares === 'bytes') return JSON.stringify([method, path, content])
    let body: unknown
    try {
      body = JSON.parse(content)
    } catch {
      body = content
    }
    const map = typeof body === 'object' && body !== null ? (body as Members) : { '': body }
    const said = compares === 'declared members' ? { amount: map['amount'], purpose: map['purpose'] } : map
    return JSON.stringify([method, path, Object.entries(said).toSorted()])
  }

  #again(first: Reply): Reply {
    const { replay, replayStatus } = this.habits
    const status = replayStatus === 'first' || first.status >= 400 ? first.status : replayStatus
    if (replay === 'letter' || first.status >= 400) return { ...first, status }
    if (replay === 'marked') return { ...first, status, headers: { ...first.headers, 'Idempotent-Replayed': 'true' } }
    const payment = this.things.get((JSON.parse(first.content || '{}') as Thing).id)
    return payment ? { ...this.show(payment, { status }), headers: first.headers } : { ...first, status }
  }

  async #create(content: string, caller: string): Promise<Reply> {
    const members = this.accepted(content, { amount: 'number', purpose: 'string' }, ['amount'])
    if (isReply(members)) return members
    await setTimeout(this.habits.work)
    return this.created(this.add({ ...members, state: 'paid' }, caller))
  }

  async #refund(payment: Thing): Promise<Reply> {
    const { refundAgain, refunded } = this.habits
    if (payment.members['state'] !== 'paid' && this.bug !== 'refund-twice')
      return refundAgain === 200 ? this.show(payment) : this.refuse(409, 'not-paid', { state: payment.members['state'] })
    this.change(payment, { ...payment.members, state: 'refunded', refunds: Number(payment.members['refunds'] ?? 0) + 1 })
    await setTimeout(this.habits.work)
    if (refunded === 204) return nothing
    return refunded === 303 ? { ...nothing, status: 303, headers: { Location: this.url(payment) } } : this.show(payment)
  }
}
