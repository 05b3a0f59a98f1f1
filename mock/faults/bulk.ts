import { parsePlace } from '../../spec/places.ts'
import { fault, type Fault } from '../fault.ts'
import { isRefusal, type Refusal } from './edit.ts'

/** Bugs of many items in one request. */

export const bulkIgnoresTokens: Fault = fault({
  name: 'bulk-ignores-tokens',
  title: 'performs an item of many although its token is stale',
  decision: (decision, scene) =>
    isRefusal(decision, 'stale') && scene.facts.within !== undefined ? (scene.perform() ?? decision) : decision,
})

export const bulkLeavesOut: Fault = fault({
  name: 'bulk-leaves-out',
  title: 'performs every other one of many items, and says of all that they were',
  writes(writes, { facts, memory }) {
    if (facts.within === undefined) return writes
    memory.set('seen', Number(memory.get('seen') ?? 0) + 1)
    return Number(memory.get('seen')) % 2 === 0 ? [] : writes
  },
})

export const bulkStops: Fault = fault({
  name: 'bulk-stops',
  title: 'refuses the item after one that was refused',
  decision(decision, { facts, memory }) {
    if (facts.within === undefined) return decision
    if (isRefusal(decision)) memory.set('refused', decision)
    const before = memory.get('refused') as Refusal | undefined
    if (decision.kind !== 'perform' || before === undefined) return decision
    memory.delete('refused')
    return before
  },
})

export const bulkHalfDone: Fault = fault({
  name: 'bulk-half-done',
  title: 'performs what it can of a request that is all or nothing',
  resource: (resource) => (resource.bulk === undefined ? resource : { ...resource, bulk: { ...resource.bulk, atomic: false } }),
})

export const bulkSaysAllWell: Fault = fault({
  name: 'bulk-says-all-well',
  title: 'says of every one of many items that it was performed',
  answer: (answer, { facts }) => (facts.within === undefined ? answer : { ...answer, status: 200 }),
})

export const bulkTellsNothing: Fault = fault({
  name: 'bulk-tells-nothing',
  title: 'has no result for any of many items',
  resource: (resource) =>
    resource.bulk === undefined
      ? resource
      : { ...resource, bulk: { ...resource.bulk, results: parsePlace('$response.body#/notes/of/nobody') } },
})

export const bulkRefusedButWritten: Fault = fault({
  name: 'bulk-refused-but-written',
  title: 'refuses one of many items, and performs it all the same',
  writes(writes, scene) {
    const perform = scene.facts.within !== undefined && isRefusal(scene.decision) ? scene.perform() : undefined
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})

/** An import that goes by the index. */
export const bulkNotUnique: Fault = fault({
  name: 'bulk-not-unique',
  title: 'does not look for duplicates in an item of many',
  decision: (decision, scene) =>
    isRefusal(decision, 'duplicate') && scene.facts.within !== undefined ? (scene.perform() ?? decision) : decision,
})
