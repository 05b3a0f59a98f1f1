import type { Facts } from './decision.ts'
import { situationOf, type Situation } from './decide.ts'
import type { Fault, Scene } from './fault.ts'
import type { Request } from './message.ts'
import { fresh, writesOf } from './perform.ts'
import type { Random } from './random.ts'
import { addressesItem, existence } from './stages/existence.ts'
import { rules } from './stages/rules.ts'
import { schema } from './stages/schema.ts'
import type { Draft, View } from './kept.ts'

/** What faults are told of a request, and what they can do with it. */
export class Scenes {
  readonly #random: Random
  readonly #memories = new Map<Fault, Map<string, unknown>>()

  constructor(random: Random) {
    this.#random = random
  }

  /** Faults forget what they remembered. */
  reset(): void {
    this.#memories.clear()
  }

  of(facts: Facts, received: Request, view: View): Scene {
    const { name } = facts.model.resource
    const situation = situationOf(facts, view)
    existence.decide(situation)
    const { item, role } = situation
    return {
      received,
      facts,
      model: facts.model,
      role,
      item,
      view,
      memory: new Map(),
      perform: () => {
        const again: Situation = { ...situation }
        if (again.item === undefined && addressesItem(facts) && role !== 'create') return undefined
        for (const stage of [schema, rules]) {
          const found = stage.decide({ ...again })
          if (found !== undefined && found.kind === 'reject') return undefined
          stage.decide(again)
        }
        const reason = { text: 'a fault carries it out', rule: 'fault', pointer: '' }
        return { kind: 'perform', role, reason, item: again.item, key: again.key, next: again.next, done: undefined }
      },
      writesOf: (perform) => writesOf(perform, facts, view, this.#random),
      twin: (draft: Draft) => {
        const { [facts.model.own]: _, ...path } = draft.params
        const twin = fresh(draft.value, { ...facts, message: { ...facts.message, path, body: undefined } }, view, this.#random)
        return { ...twin, resource: name, sent: draft.sent, mediaType: draft.mediaType, owner: draft.owner }
      },
    }
  }

  /** The same with the memory of one fault. */
  for<S extends Scene>(fault: Fault, scene: S): S {
    const memory = this.#memories.get(fault) ?? new Map<string, unknown>()
    this.#memories.set(fault, memory)
    return { ...scene, memory }
  }
}
