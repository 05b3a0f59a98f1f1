import type { Contract, Json } from '../spec/contract.ts'
import { itemsOf, readItem, referencesOf, singleRequest, withReferences, type BulkBinding } from './bulk.ts'
import { situationOf } from './decide.ts'
import { reject, type Decision, type Facts, type Rejection } from './decision.ts'
import { placeTitle, type Answer, type Request } from './message.ts'
import type { Models } from './model.ts'
import type { Random } from './random.ts'
import { rejection } from './rejection.ts'
import { bulkAnswer, resultOf, resultSchema } from './results.ts'
import { authenticate } from './stages/authenticate.ts'
import { content } from './stages/content.ts'
import type { Store } from './store.ts'
import type { Result, Turns } from './turns.ts'

/** What many items are carried out with. */
export interface ManyOptions {
  contract: Contract
  models: Models
  random: Random
  store: Store
  turns: Turns
  /** What is known of a single request, or the answer that it has without that. */
  route(request: Request): { answer: Answer } | { facts: Facts }
}

/** A single request, known as far as it can be. */
type Single = { answer: Answer } | { facts: Facts; request: Request; references: string[] }

/** What came of one item. */
interface Done {
  answer: Answer
  /** It was refused: an atomic request takes everything back. */
  failed: boolean
  id: string | undefined
}

/** Carries out requests that bring many items: each is decided, written and answered like the single request that asks for the same. */
export class Many {
  readonly #options: ManyOptions

  constructor(options: ManyOptions) {
    this.#options = options
  }

  /** @param bindings the resources that take many items with this operation; not empty */
  answer(facts: Facts, bindings: readonly BulkBinding[]): Result | Promise<Result> {
    const { bulk } = bindings[0]!
    const items = itemsOf(bulk, facts.message)
    const flaw =
      this.#flaw(facts) ?? (items === undefined ? reject(400, bulk.pointer, `${placeTitle(bulk.items)} is no list of items`) : undefined)
    if (flaw !== undefined) return { answer: rejection(flaw, facts.operation), transport: undefined }
    if (!bulk.atomic) return this.#oneByOne(items!, facts, bindings)
    return { answer: this.#told(items!, this.#allOrNone(items!, facts, bindings), facts, bindings), transport: undefined }
  }

  /** What any server would refuse, whatever the items say. */
  #flaw(facts: Facts): Rejection | undefined {
    return this.#options.store.look((view) => {
      const situation = situationOf(facts, view)
      const decision = authenticate.decide(situation) ?? content.decide(situation)
      return decision?.kind === 'reject' ? decision : undefined
    })
  }

  async #oneByOne(items: Json[], facts: Facts, bindings: readonly BulkBinding[]): Promise<Result> {
    const references = new Map<string, string>()
    const all: Done[] = []
    for (const item of items) {
      const single = this.#single(withReferences(item, references), facts, bindings)
      // items wait for one another only where there is something to wait for
      const result = 'answer' in single ? single : this.#options.turns.run(single.facts, single.request)
      all.push(this.#done(single, result instanceof Promise ? await result : result, references))
    }
    return { answer: this.#told(items, all, facts, bindings), transport: undefined }
  }

  #allOrNone(items: Json[], facts: Facts, bindings: readonly BulkBinding[]): Done[] {
    const references = new Map<string, string>()
    let all: Done[] = []
    this.#options.store.together(() => {
      all = items.map((item) => {
        const single = this.#single(withReferences(item, references), facts, bindings)
        if ('answer' in single) return this.#done(single, single, references)
        const result = this.#options.turns.once(single.facts, single.request)
        return { ...this.#done(single, result, references), failed: isRefused(result.decision) }
      })
      return !all.some(({ failed }) => failed)
    })
    if (!all.some(({ failed }) => failed)) return all
    const dependent = rejection(reject(424, 'RFC 4918 §11.4', 'another item was refused, so that none took effect'), undefined)
    return all.map((done) => (done.failed ? done : { ...done, answer: dependent }))
  }

  #single(item: Json, facts: Facts, bindings: readonly BulkBinding[]): Single {
    const { models, random, route } = this.#options
    const read = readItem(item, bindings)
    if (read === undefined) {
      const shapes = bindings.flatMap(({ bulk }) => Object.keys(bulk.as)).join(', ')
      return { answer: rejection(reject(400, facts.model.resource.name, `this item has the shape of none of ${shapes}`), undefined) }
    }
    const request = singleRequest(read, models.get(read.resource.name)!, facts.message, () => random.uuid())
    const found = route(request)
    if ('answer' in found) return found
    return { facts: { ...found.facts, within: read.bulk }, request, references: referencesOf(item, read) }
  }

  #done(single: Single, { answer, item }: Pick<Result, 'answer' | 'item'>, references: Map<string, string>): Done {
    if ('answer' in single) return { answer, failed: true, id: undefined }
    const { model, message } = single.facts
    const id = item?.params[model.own] ?? message.path[model.own]
    if (id !== undefined && answer.status < 300) for (const name of single.references) references.set(name, id)
    return { answer, failed: false, id }
  }

  #told(items: Json[], all: Done[], facts: Facts, bindings: readonly BulkBinding[]): Answer {
    const { contract } = this.#options
    const { bulk } = bindings[0]!
    const schema = resultSchema(bulk, facts, contract)
    const results = all.map(({ answer, id }, at) => resultOf(items[at]!, answer, bulk, id, schema, contract))
    return bulkAnswer(results, bulk, facts, contract)
  }
}

/** Whether an item had no effect that it should have had; what gives back what exists is no refusal. */
function isRefused(decision: Decision): boolean {
  if (decision.kind === 'perform' || decision.kind === 'replay') return false
  const isKnown = decision.kind === 'refuse' && (decision.name === 'duplicate' || decision.name === 'repeated')
  return !(isKnown && (decision.outcome.status[0] ?? 200) < 300)
}
