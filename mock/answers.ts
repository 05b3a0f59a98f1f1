import type { Contract } from '../spec/contract.ts'
import { destinationOf } from './copy.ts'
import { reject, type Decision, type Facts } from './decision.ts'
import { withHeader, type Answer } from './message.ts'
import { Refusals } from './refusal.ts'
import { rejection } from './rejection.ts'
import type { Representation } from './represent.ts'
import { visible } from './stages/existence.ts'
import type { Item, View } from './kept.ts'
import { Successes } from './success.ts'
import { decisionHeader } from './why.ts'

/** What is answered to a decision. */
export class Answers {
  readonly #successes: Successes
  readonly #refusals: Refusals
  readonly #contract: Contract

  constructor(contract: Contract, representation: Representation) {
    this.#contract = contract
    this.#successes = new Successes(contract, representation)
    this.#refusals = new Refusals(contract, representation)
  }

  /**
   * @param written the items as they were written for it
   * @param view the store as it is now; only a list or a replay looks at it
   */
  to(decision: Decision, facts: Facts, written: Item[], view?: View): Answer {
    switch (decision.kind) {
      case 'reject':
        return rejection(decision, facts.operation, this.#contract)
      case 'refuse':
        return this.#refusals.answer(decision, facts)
      case 'wait':
        return rejection(reject(409, decision.reason.rule, decision.reason.text), facts.operation, this.#contract)
      case 'replay':
        return this.#replay(decision, facts, view)
      case 'perform': {
        const { role, item, locking } = decision
        if (locking !== undefined && item !== undefined) {
          const hold = view?.hold(item.resource, item.key)
          return this.#successes.locked(item, locking.does, hold?.token, locking.lock.read, facts, decision.done)
        }
        if (role === 'list') return this.#successes.list(view === undefined ? [] : listed(facts, view), facts)
        if (role === 'read' && item !== undefined) return this.#successes.read(item, facts)
        const own = written.find((each) => each.resource === facts.model.resource.name)
        return this.#successes.written(
          role === 'delete' ? undefined : (own ?? item),
          role,
          (role === 'create' && item === undefined) || (own?.history.length === 1 && destinationOf(facts) !== undefined),
          facts,
          decision.done,
        )
      }
    }
  }

  /** The first answer again, with what the contract says marks it as one. */
  #replay({ entry, outcome, current, reason }: Extract<Decision, { kind: 'replay' }>, facts: Facts, view: View | undefined): Answer {
    const item = entry.item && view?.item(entry.item.resource, entry.item.key)
    const first = entry.answer!
    const again =
      current && item !== undefined ? this.#successes.written(item, facts.roles[0]!, first.status === 201, facts, undefined) : first
    let { headers } = again
    for (const { place, is } of outcome?.where ?? []) {
      if (place.part === 'header' && 'equals' in is) headers = withHeader(headers, place.name, String(is.equals))
    }
    const declares = facts.operation.responses.some(
      (each) => each.status === String(again.status) && each.headers.has('idempotent-replayed'),
    )
    if (declares) headers = withHeader(headers, 'Idempotent-Replayed', 'true')
    for (const [name, value] of Object.entries(outcome?.headers ?? {})) headers = withHeader(headers, name, value)
    return {
      ...again,
      status: outcome?.status[0] ?? again.status,
      headers: [...headers, ['Ifmatch-Decision', decisionHeader('repeated', reason)]],
    }
  }
}

/** The items of a collection: those whose outer path parameters are the request's, and that are there for the caller. */
function listed(facts: Facts, view: View): Item[] {
  const { model, message } = facts
  const outer = Object.entries(message.path).filter(([name]) => name !== model.own)
  return view
    .items(model.resource.name)
    .filter((item) => visible(item, facts) && outer.every(([name, value]) => item.params[name] === value))
}
