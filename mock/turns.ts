import type { Answers } from './answers.ts'
import { decide, type Stage } from './decide.ts'
import { reject, type Decision, type Facts } from './decision.ts'
import type { AnsweredScene, DecidedScene, Fault, Transport, Window } from './fault.ts'
import type { Answer, Request } from './message.ts'
import type { Scenes } from './scene.ts'
import { claimOf } from './stages/keys.ts'
import { addressesItem } from './stages/existence.ts'
import type { Item, KeyEntry, View, Write } from './kept.ts'
import type { Store } from './store.ts'

/** What comes of a request: the answer, and what befalls it on the wire. */
export interface Result {
  answer: Answer
  transport: Transport | undefined
  /** The item as it was written. */
  item?: Item | undefined
}

/** A request that was decided, in the turn of the store in which it was. */
interface Turn {
  decision: Decision
  scene: DecidedScene
}

type Claim = NonNullable<ReturnType<typeof claimOf>>

/** What turns are taken with. */
export interface TurnOptions {
  store: Store
  answers: Answers
  scenes: Scenes
  order: readonly Stage[]
  faults: readonly Fault[]
  /** Milliseconds that a write with an idempotency key is under way. */
  work: number
}

/** Decides, writes and answers: a request takes one turn of the store; with a key and work to do, it takes two. */
export class Turns {
  readonly #options: TurnOptions
  readonly #underWay = new Map<string, Promise<unknown>>()
  /** The end of what each listener has under way, where a fault lets it take one at a time. */
  readonly #lines = new Map<number, Promise<unknown>>()
  #epoch = 0

  constructor(options: TurnOptions) {
    this.#options = options
  }

  /** What is under way is not carried out any more. */
  reset(): void {
    this.#epoch += 1
    this.#underWay.clear()
  }

  /** Answers a request. It only takes time where there is work to do, or a fault takes it. */
  run(facts: Facts, received: Request): Result | Promise<Result> {
    const { faults, order } = this.#options
    if (received.isChecked && claimOf(facts) === undefined)
      return this.once(
        facts,
        received,
        order.filter(({ name }) => name !== 'guards'),
      )
    const window = isRead(facts)
      ? undefined
      : faults.map((fault) => fault.window).find((each) => each && (each.overtaken === undefined || addressesItem(facts)))
    if (window !== undefined)
      return window.within === undefined ? this.#inTwoTurns(facts, received, window) : this.#inLine(facts, received, window)
    if (faults.length === 0 && facts.roles[0] === 'read') return this.#readOnly(facts)
    const claim = claimOf(facts)
    return claim === undefined ? this.once(facts, received) : this.#keyed(facts, received, claim)
  }

  /** What is decided by the header section alone; undefined where the content is needed. */
  early(facts: Facts, received: Request): Answer | undefined {
    const { store, answers } = this.#options
    const { decision } = store.look((view) => this.#decided({ ...facts, headersOnly: true }, received, view))
    // where the contract has an order of its own, the content may say more
    const isFinal = decision.kind === 'reject' || (decision.kind === 'refuse' && facts.model.resource.order.length === 0)
    return isFinal ? answers.to(decision, facts, []) : undefined
  }

  /** A read changes nothing, so that nothing has to be written. */
  #readOnly(facts: Facts): Result {
    const { store, answers } = this.#options
    return store.look((view) => ({ answer: answers.to(decide(facts, view), facts, [], view), transport: undefined }))
  }

  /** One turn of the store: decided, written and answered at once. */
  once(facts: Facts, received: Request, order?: readonly Stage[]): Result & { decision: Decision; written: Item[] } {
    const { result, written } = this.#options.store.commit((view) => {
      const turn = this.#decided(facts, received, view, order)
      return { writes: this.#writes(turn), result: turn }
    })
    return { ...this.#result(result, facts, written), decision: result.decision, written }
  }

  /** A request with a key: claimed in one commit before the work, settled after (draft-ietf-httpapi-idempotency-key-header §2.6). */
  #keyed(facts: Facts, received: Request, claim: Claim): Result | Promise<Result> {
    const { store, work } = this.#options
    const { result: turn, written } = store.commit((view) => {
      const turn = this.#decided(facts, received, view)
      if (turn.decision.kind !== 'perform') return { writes: this.#writes(turn), result: turn }
      const writes: Write[] = [{ kind: 'claim', key: claim.key, entry: entryOf(claim, view) }]
      return { writes: work > 0 ? writes : [...writes, ...this.#writes(turn)], result: turn }
    })
    const { decision } = turn
    if (decision.kind === 'wait') {
      return (this.#underWay.get(claim.key) ?? Promise.resolve()).then(() => this.#keyed(facts, received, claim))
    }
    if (decision.kind === 'perform' && work > 0) {
      const done = this.#worked(facts, received, claim)
      this.#underWay.set(claim.key, done)
      return done.finally(() => this.#underWay.delete(claim.key))
    }
    const result = this.#result(turn, facts, written)
    if (decision.kind !== 'replay' && this.#isKept(decision, facts)) this.#settle(claim, result.answer, written[0])
    return result
  }

  /** The second turn of a request whose key was claimed: after the work, on what stands then. */
  async #worked(facts: Facts, received: Request, claim: Claim): Promise<Result> {
    const { store, order, work } = this.#options
    const epoch = this.#epoch
    await new Promise((resolve) => setTimeout(resolve, work))
    if (epoch !== this.#epoch) {
      const decision = reject(503, 'reset', 'the data was put back while this request was under way; nothing was done')
      return { answer: this.#options.answers.to(decision, facts, []), transport: undefined }
    }
    let kept = false
    try {
      const withoutKeys = order.filter((stage) => stage.name !== 'keys')
      const { answer, transport, decision, written } = this.once(facts, received, withoutKeys)
      kept = this.#isKept(decision, facts)
      if (kept) this.#settle(claim, answer, written[0])
      return { answer, transport }
    } finally {
      if (!kept) store.commit(() => ({ writes: [{ kind: 'release', key: claim.key }], result: undefined }))
    }
  }

  /** Whether the answer to a request is kept for its key. What was refused before it was carried out leaves the key free. */
  #isKept(decision: Decision, { model }: Facts): boolean {
    if (decision.kind === 'perform') return true
    if (decision.kind === 'refuse' && decision.name.startsWith('key')) return false
    const stores = model.resource.idempotency?.stores
    return stores === 'all' || (stores === 'executed' && decision.kind === 'refuse' && decision.executed)
  }

  #settle(claim: Claim, answer: Answer, item: Item | undefined): void {
    const made = item && { resource: item.resource, key: item.key }
    this.#options.store.commit((view) => {
      const claimed: Write[] = view.key(claim.key) === undefined ? [{ kind: 'claim', key: claim.key, entry: entryOf(claim, view) }] : []
      const settled: Write = { kind: 'settle', key: claim.key, answer, failed: answer.status >= 400, item: made }
      return { writes: [...claimed, settled], result: undefined }
    })
  }

  /** One after the other, of those that came by one listener. */
  #inLine(facts: Facts, received: Request, window: Window): Promise<Result> {
    const { listener = 0 } = received
    const before = this.#lines.get(listener) ?? Promise.resolve()
    const result = before.then(() => this.#inTwoTurns(facts, received, window))
    this.#lines.set(
      listener,
      result.catch(() => {}),
    )
    return result
  }

  /** A check that is not one with the write: only a fault comes here. What was found in the first turn is written over what stands in the second. */
  async #inTwoTurns(facts: Facts, received: Request, { ms, overtaken }: Window): Promise<Result> {
    const { store } = this.#options
    const checked = store.look((view) => this.#decided(facts, received, view))
    await new Promise((resolve) => (ms === 'turn' ? setImmediate(resolve) : setTimeout(resolve, ms)))
    const claim = checked.decision.kind === 'perform' ? claimOf(facts) : undefined
    const { result: turn, written } = store.commit((view) => {
      const { decision: before } = checked
      const item = addressesItem(facts) && before.kind === 'perform' ? view.item(facts.model.resource.name, before.key) : undefined
      const isOvertaken = overtaken !== undefined && before.kind === 'perform' && item?.version !== checked.scene.item?.version
      const failed = reject(500, 'database', 'could not serialize access due to concurrent update')
      const performed: Decision = before.kind === 'perform' ? { ...before, item } : before
      const decision = isOvertaken && overtaken === 'fails' ? failed : performed
      const turn: Turn = { decision, scene: { ...checked.scene, view, decision } }
      return { writes: isOvertaken ? [] : this.#writes(turn), result: turn }
    })
    const result = this.#result(turn, facts, written)
    if (claim !== undefined) this.#settle(claim, result.answer, written[0])
    return result
  }

  #decided(facts: Facts, received: Request, view: View, order: readonly Stage[] = this.#options.order): Turn {
    const { faults, scenes } = this.#options
    const decision = decide(facts, view, order)
    const scene = scenes.of(facts, received, view)
    const last = faults.reduce((next, fault) => fault.decision?.(next, scenes.for(fault, scene)) ?? next, decision)
    return { decision: last, scene: { ...scene, decision: last } }
  }

  #writes({ decision, scene }: Turn): Write[] {
    const { faults, scenes } = this.#options
    const writes = decision.kind === 'perform' ? scene.writesOf(decision) : []
    return faults.reduce((next, fault) => fault.writes?.(next, scenes.for(fault, scene)) ?? next, writes)
  }

  #result({ decision, scene }: Turn, facts: Facts, written: Item[]): Result {
    const { faults, scenes, answers } = this.#options
    const answerTo = (other: Decision): Answer => answers.to(other, facts, written, scene.view)
    const answered = (fault: Fault): AnsweredScene => ({ ...scenes.for(fault, scene), written, answerTo })
    const answer = faults.reduce((next, fault) => fault.answer?.(next, answered(fault)) ?? next, answerTo(decision))
    const transport = faults.map((fault) => fault.transport?.(answered(fault))).find((each) => each !== undefined)
    return { answer, transport, item: written[0] }
  }
}

function isRead({ roles }: Facts): boolean {
  return roles[0] === 'read' || roles[0] === 'list'
}

function entryOf(claim: Claim, view: View): KeyEntry {
  return { fingerprint: claim.fingerprint, claimed: view.now(), answer: undefined, failed: false, item: undefined }
}
