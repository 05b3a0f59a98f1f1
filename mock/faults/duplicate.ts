import { isDeepStrictEqual } from 'node:util'
import { readPointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { readPlaces } from '../../spec/places.ts'
import { refuse } from '../decision.ts'
import { fault, type Fault, type Scene } from '../fault.ts'
import type { Item } from '../kept.ts'
import { editBody, isRefusal, restated, serverError, withEvidence } from './edit.ts'

/** INSERT … ON CONFLICT DO UPDATE, where an error was meant. */
export const uniqueOverwritesFirst: Fault = fault({
  name: 'unique-overwrites-first',
  title: 'lets a create with a value that is taken overwrite the item that has it',
  decision(decision, scene) {
    if (!isRefusal(decision, 'duplicate') || scene.role !== 'create' || decision.evidence.existing === undefined) return decision
    const perform = scene.perform()
    return perform === undefined ? decision : { ...perform, item: decision.evidence.existing, key: decision.evidence.existing.key }
  },
})

export const uniqueOtherStatus: Fault = fault({
  name: 'unique-other-status',
  title: 'answers a duplicate with 400',
  seen: 'Okta and Salesforce, as documented there',
  answer: (answer, { decision }) => (isRefusal(decision, 'duplicate') ? restated(answer, 400) : answer),
})

export const uniqueNamesWrongField: Fault = fault({
  name: 'unique-names-wrong-field',
  title: 'names the id, whatever member is taken',
  decision: (decision) => (isRefusal(decision, 'duplicate') ? withEvidence(decision, { fields: ['id'] }) : decision),
})

export const uniqueNamesNothing: Fault = fault({
  name: 'unique-names-nothing',
  title: 'says "Conflict" of a duplicate, and nothing else',
  seen: 'Auth0, which names no member',
  answer: (answer, { decision }) =>
    isRefusal(decision, 'duplicate')
      ? editBody(answer, ({ type, status }) => ({
          ...(type === undefined ? {} : { type }),
          title: 'Conflict',
          status: status ?? answer.status,
        }))
      : answer,
})

export const uniqueServerError: Fault = fault({
  name: 'unique-server-error',
  title: 'lets the violation of a unique index through as 500',
  seen: 'supabase/auth#2712, wso2/product-is#26148, thunder-id/thunderid#5454, SAP CAP 9 on SQLite',
  answer: (answer, { decision }) => (isRefusal(decision, 'duplicate') ? serverError(answer) : answer),
})

export const uniqueNotOnUpdate: Fault = fault({
  name: 'unique-not-on-update',
  title: 'checks what is unique when an item is created, but not when it is changed',
  resource: (resource) => ({
    ...resource,
    unique: resource.unique.map((each) => ({ ...each, for: each.for.filter((role) => role === 'create') })),
  }),
})

export const uniqueConflictsWithItself: Fault = fault({
  name: 'unique-conflicts-with-itself',
  title: 'takes an item that is saved with its own unique value for a duplicate',
  decision(decision, scene) {
    if (decision.kind !== 'perform' || scene.item === undefined || !['replace', 'patch'].includes(scene.role)) return decision
    const own = scene.model.resource.unique.find((each) => {
      const sent = readPlaces(each.fields, scene.facts.message)
      return sent !== undefined && isDeepStrictEqual(sent, valueAt(scene.item!, each.fields[0]!.name))
    })
    return (
      (own &&
        refuse(own, 'duplicate', 'the value is taken, by the item itself', {
          item: scene.item,
          existing: scene.item,
          fields: [own.fields[0]!.name.slice(1)],
        })) ??
      decision
    )
  },
})

export const suggestionsTaken: Fault = fault({
  name: 'suggestions-taken',
  title: 'suggests the very value that is taken',
  decision: (decision) =>
    isRefusal(decision, 'duplicate', 'exists') && decision.evidence.suggestions !== undefined
      ? withEvidence(decision, {
          suggestions: [
            decision.evidence.sentValue ?? decision.evidence.item?.params[Object.keys(decision.evidence.item.params).at(-1)!] ?? 'taken',
          ],
        })
      : decision,
})

export const uniqueNeverFreed: Fault = fault({
  name: 'unique-never-freed',
  title: 'keeps the unique values of deleted items taken for ever',
  decision(decision, scene) {
    if (decision.kind !== 'perform' || scene.role !== 'create') return decision
    for (const each of scene.model.resource.unique) {
      const sent = readPlaces(each.fields, scene.facts.message)
      if (sent !== undefined && gone(scene).has(`${each.pointer} ${JSON.stringify(sent)}`))
        return refuse(each, 'duplicate', 'a deleted item had it', {}) ?? decision
    }
    return decision
  },
  writes(writes, scene) {
    const { item } = scene
    if (scene.role === 'delete' && item !== undefined && writes.length > 0) {
      for (const each of scene.model.resource.unique)
        gone(scene).add(`${each.pointer} ${JSON.stringify(valueAt(item, each.fields[0]!.name))}`)
    }
    return writes
  },
})

export const identicalCreateRefused: Fault = fault({
  name: 'identical-create-refused',
  title: 'refuses the same create as a duplicate, though it is the very one',
  decision(decision, scene) {
    if (!isRefusal(decision, 'repeated')) return decision
    const unique = scene.model.resource.unique.find((each) => each.name === decision.mechanism.name)
    return (unique && refuse(unique, 'duplicate', 'the value is taken', decision.evidence)) ?? decision
  },
})

function gone({ memory }: Scene): Set<string> {
  const known = (memory.get('gone') as Set<string> | undefined) ?? new Set()
  memory.set('gone', known)
  return known
}

function valueAt(item: Item, pointer: string): Json | undefined {
  return Buffer.isBuffer(item.value) ? undefined : (readPointer(item.value, pointer) as Json | undefined)
}
