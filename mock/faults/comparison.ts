import { readPlaces } from '../../spec/places.ts'
import { isRefusal } from './edit.ts'
import { refuse } from '../decision.ts'
import { fault, type Fault } from '../fault.ts'

/** Bugs of comparing what must be unique. */

/** A check by hand before the INSERT, and a plain index under it. */
export const uniqueFoldsOnCreateOnly: Fault = fault({
  name: 'unique-folds-on-create-only',
  title: 'pays no regard to case where an item is created, and does where one is changed',
  decision(decision, scene) {
    if (!isRefusal(decision, 'duplicate') || scene.role === 'create') return decision
    const { sentValue, existing } = decision.evidence
    const same = existing !== undefined && JSON.stringify(existing.value).includes(JSON.stringify(sentValue))
    return same ? decision : (scene.perform() ?? decision)
  },
})

export const uniqueByBytes: Fault = fault({
  name: 'unique-by-bytes',
  title: 'takes é and é for two values, since their bytes differ',
  decision: (decision, scene) =>
    isRefusal(decision, 'duplicate') && String(decision.evidence.sentValue).normalize('NFC') !== decision.evidence.sentValue
      ? (scene.perform() ?? decision)
      : decision,
})

/** A refusal that is remembered by who asked. */
export const duplicateLocksOut: Fault = fault({
  name: 'duplicate-locks-out',
  title: 'refuses the next create too, once it has refused a duplicate',
  decision(decision, scene) {
    if (isRefusal(decision, 'duplicate')) scene.memory.set('refused', true)
    const unique = scene.model.resource.unique.find(({ fields }) => readPlaces(fields, scene.facts.message) !== undefined)
    if (decision.kind !== 'perform' || scene.role !== 'create' || !unique || !scene.memory.delete('refused')) return decision
    return refuse(unique, 'duplicate', 'the value is taken', {}) ?? decision
  },
})
