import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json, Rule } from '../../spec/contract.ts'
import { readPlace } from '../../spec/places.ts'
import { reject, type Decision } from '../decision.ts'
import { fault, type Fault, type Scene } from '../fault.ts'
import type { Write } from '../kept.ts'
import { isBlocked, isRefusal, restated, serverError, withEvidence } from './edit.ts'

export const deleteCascades: Fault = fault({
  name: 'delete-cascades',
  title: 'deletes what belongs to an item along with it, where it should refuse',
  decision: (decision, scene) => (isBlocked(decision, scene, 'has-children') ? (scene.perform() ?? decision) : decision),
  writes(writes, scene) {
    if (scene.role !== 'delete' || scene.decision.kind !== 'perform' || scene.item === undefined) return writes
    return [...writes, ...childrenOf(scene).map(({ resource, key }): Write => ({ kind: 'delete', resource, key }))]
  },
})

export const deleteOrphans: Fault = fault({
  name: 'delete-orphans',
  title: 'deletes an item and leaves what belongs to it behind',
  decision: (decision, scene) => (isBlocked(decision, scene, 'has-children') ? (scene.perform() ?? decision) : decision),
  writes: (writes, scene) =>
    scene.role === 'delete' ? writes.filter((write) => write.kind !== 'delete' || write.resource === scene.item?.resource) : writes,
})

export const deleteBlockedForEver: Fault = fault({
  name: 'delete-blocked-for-ever',
  title: 'goes on refusing to delete what once had children',
  decision(decision, scene) {
    const key = `${scene.model.resource.name} ${scene.item?.key}`
    if (isBlocked(decision, scene, 'has-children')) scene.memory.set(key, decision)
    return scene.role === 'delete' && decision.kind === 'perform' ? ((scene.memory.get(key) as Decision | undefined) ?? decision) : decision
  },
})

export const blockedOtherStatus: Fault = fault({
  name: 'blocked-other-status',
  title: 'answers what the state forbids with 400',
  answer: (answer, { decision }) => (isRefusal(decision, 'blocked') ? restated(answer, 400) : answer),
})

export const blockedNamesWrongChildren: Fault = fault({
  name: 'blocked-names-wrong-children',
  title: 'names a child that is not there as the reason',
  decision: (decision, scene) => (isBlocked(decision, scene, 'has-children') ? withEvidence(decision, { children: ['nobody'] }) : decision),
})

export const blockedNamesWrongState: Fault = fault({
  name: 'blocked-names-wrong-state',
  title: 'names another state than the one that stands in the way',
  decision: (decision, scene) => (isBlocked(decision, scene, 'transition') ? withEvidence(decision, { state: 'unknown' }) : decision),
})

export const parentNotChecked: Fault = fault({
  name: 'parent-not-checked',
  title: 'creates under a parent that is not there',
  resource: (resource) => ({ ...resource, rules: resource.rules.filter((rule) => rule.kind !== 'parent-missing') }),
})

export const parentMissingOtherStatus: Fault = fault({
  name: 'parent-missing-other-status',
  title: 'answers a missing parent with 400',
  seen: 'golang/go#67150',
  answer: (answer, scene) => (isBlocked(scene.decision, scene, 'parent-missing') ? restated(answer, 400) : answer),
})

export const cycleNotChecked: Fault = fault({
  name: 'cycle-not-checked',
  title: 'moves an item under itself',
  resource: (resource) => ({ ...resource, rules: resource.rules.filter((rule) => rule.kind !== 'cycle') }),
})

export const cycleOnlyItself: Fault = fault({
  name: 'cycle-only-itself',
  title: 'looks one step up for cycles: moves an item under its own child',
  decision: (decision, scene) =>
    isBlocked(decision, scene, 'cycle') && decision.evidence.sentValue !== scene.item?.params[scene.model.own]
      ? (scene.perform() ?? decision)
      : decision,
})

export const transitionNotChecked: Fault = fault({
  name: 'transition-not-checked',
  title: 'carries out any action in any state',
  decision(decision, scene) {
    const next = isBlocked(decision, scene, 'transition') ? afterAction(scene) : undefined
    const perform = next === undefined ? undefined : scene.perform()
    return perform === undefined ? decision : { ...perform, next }
  },
})

export const transitionRefusedButDone: Fault = fault({
  name: 'transition-refused-but-done',
  title: 'refuses an action that the state forbids, and carries it out all the same',
  writes(writes, scene) {
    const next = isBlocked(scene.decision, scene, 'transition') ? afterAction(scene) : undefined
    const perform = next === undefined ? undefined : scene.perform()
    return perform === undefined ? writes : scene.writesOf({ ...perform, next })
  },
})

export const transitionToWrongState: Fault = fault({
  name: 'transition-to-wrong-state',
  title: 'answers an action with success and leaves the state as it was',
  writes: (writes, scene) =>
    ruleOf(scene, 'transition')?.allowed[scene.role] !== undefined && scene.decision.kind === 'perform' ? [] : writes,
})

export const mergeTakesOurs: Fault = fault({
  name: 'merge-takes-ours',
  title: 'merges by overwriting with what was sent',
  decision(decision, scene) {
    const ours = oursOf(scene)
    const perform =
      ours === undefined
        ? undefined
        : decision.kind === 'perform'
          ? decision
          : isBlocked(decision, scene, 'merge')
            ? scene.perform()
            : undefined
    return perform === undefined ? decision : { ...perform, next: ours }
  },
})

export const mergeRefusedButDone: Fault = fault({
  name: 'merge-refused-but-done',
  title: 'refuses a merge and writes what was sent all the same',
  writes(writes, scene) {
    const perform = isBlocked(scene.decision, scene, 'merge') ? scene.perform() : undefined
    return perform === undefined ? writes : scene.writesOf({ ...perform, next: oursOf(scene) })
  },
})

export const mergeConflictUnnamed: Fault = fault({
  name: 'merge-conflict-unnamed',
  title: 'refuses a merge without saying which members are in conflict',
  decision: (decision, scene) => (isBlocked(decision, scene, 'merge') ? withEvidence(decision, { conflicts: [] }) : decision),
})

export const deleteAgainServerError: Fault = fault({
  name: 'delete-again-server-error',
  title: 'answers the delete of what is not there with 500',
  answer: (answer, { facts, decision }) => (isMissing(decision) && facts.roles.includes('delete') ? serverError(answer) : answer),
})

export const deleteAgainDeletesAnother: Fault = fault({
  name: 'delete-again-deletes-another',
  title: 'deletes the newest item where the one that was meant is gone',
  writes(writes, scene) {
    const newest = scene.view.items(scene.model.resource.name).at(-1)
    if (!isMissing(scene.decision) || !scene.facts.roles.includes('delete') || newest === undefined) return writes
    return [...writes, { kind: 'delete', resource: newest.resource, key: newest.key }]
  },
})

/** Every delete is refused once the item has been changed: a state that no contract knows of. */
export const putTwiceConflicts: Fault = fault({
  name: 'put-twice-conflicts',
  title: 'refuses a replace that would change nothing',
  decision(decision, scene) {
    const same =
      scene.role === 'replace' &&
      decision.kind === 'perform' &&
      scene.item !== undefined &&
      scene.writesOf(decision).every((write) => write.kind === 'put' && !changes(scene, write.item.value))
    return same ? reject(409, 'nothing changed', 'the item is like that already') : decision
  },
})

/** A replace that adds to what is there, seen only when it comes twice. */
export const putAppends: Fault = fault({
  name: 'put-appends',
  title: 'appends what a replace sends where it is there already',
  writes(writes, scene) {
    const { decision, item } = scene
    if (
      scene.role !== 'replace' ||
      decision.kind !== 'perform' ||
      item === undefined ||
      decision.next === undefined ||
      changes(scene, decision.next)
    )
      return writes
    return scene.writesOf({ ...decision, next: doubled(decision.next, scene) })
  },
})

function isMissing(decision: Decision): boolean {
  return decision.kind === 'reject' && decision.status === 404
}

function ruleOf<K extends Rule['kind']>({ model }: Scene, kind: K): Extract<Rule, { kind: K }> | undefined {
  return model.resource.rules.find((rule): rule is Extract<Rule, { kind: K }> => rule.kind === kind)
}

/** Items that name this one as what they belong to, in their path or in a member. */
function childrenOf(scene: Scene): { resource: string; key: string }[] {
  const { item, model, view, facts } = scene
  const id = item?.params[model.own]
  return [...facts.models.values()].flatMap(({ resource }) =>
    view
      .items(resource.name)
      .filter((each) => each !== item && !Buffer.isBuffer(each.value) && JSON.stringify(each.value).includes(JSON.stringify(id))),
  )
}

/** The item after an action, whatever its state. */
function afterAction(scene: Scene): Json | undefined {
  const rule = ruleOf(scene, 'transition')
  const [to] = Object.values(rule?.allowed[scene.role] ?? {})[0] ?? []
  if (rule === undefined || to === undefined || scene.item === undefined || Buffer.isBuffer(scene.item.value)) return undefined
  return writePointer(scene.item.value, rule.state, to) as Json
}

/** The item with what a merge sends in place of what is there. */
function oursOf(scene: Scene): Json | undefined {
  const rule = ruleOf(scene, 'merge')
  if (rule === undefined || !rule.for.includes(scene.role) || scene.item === undefined || Buffer.isBuffer(scene.item.value))
    return undefined
  const ours = readPlace(rule.ours, scene.facts.message)
  return ours === undefined ? undefined : (writePointer(scene.item.value, rule.into, ours) as Json)
}

/** Whether a value differs from the item in what clients may write. */
function changes({ item, model }: Scene, next: Json | Buffer): boolean {
  if (item === undefined) return true
  if (Buffer.isBuffer(next) || Buffer.isBuffer(item.value))
    return !(Buffer.isBuffer(next) && Buffer.isBuffer(item.value) && next.equals(item.value))
  const names = typeof next === 'object' && next !== null ? Object.keys(next) : []
  return names.some(
    (name) =>
      !model.serverMembers.has(name) && JSON.stringify(readPointer(next, [name])) !== JSON.stringify(readPointer(item.value, [name])),
  )
}

function doubled(next: Json | Buffer, { model }: Scene): Json | Buffer {
  if (Buffer.isBuffer(next)) return Buffer.concat([next, next])
  if (typeof next !== 'object' || next === null || Array.isArray(next)) return next
  const twice = (value: Json): Json =>
    typeof value === 'string'
      ? value + value
      : typeof value === 'object' && value !== null && !Array.isArray(value)
        ? Object.fromEntries(Object.entries(value).map(([name, member]) => [name, twice(member)]))
        : value
  return Object.fromEntries(
    Object.entries(next).map(([name, value]) => [
      name,
      model.serverMembers.has(name) || `/${name}` === model.idPointer ? value : twice(value),
    ]),
  )
}
