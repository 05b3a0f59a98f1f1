import type { RaceFinding } from '../../reports/model.ts'
import { deed, finding } from './finding.ts'
import type { Promises } from './history.ts'
import { absent, basis, effective, evidence, type Step, type Version, type Versions } from './versions.ts'

/** What is wrong whatever the order was: seen in the graph of versions alone, in one pass. */
export function wrongWhateverTheOrder(versions: Versions, promised: Promises): RaceFinding[] {
  return [
    ...impossible(versions),
    ...(promised.tokens === 'unique' ? sameToken(versions) : []),
    ...(promised.tokens === 'unique' && versions.unique && !versions.restarts ? lostUpdates(versions) : []),
    ...createdTwice(versions),
  ]
}

/** Versions that nobody made, or whose makers were all refused. */
function impossible({ start, sightings, makers }: Versions): RaceFinding[] {
  return [...sightings].flatMap(([version, sight]) => {
    if (version === start) return []
    const all = makers.get(version) ?? []
    if (all.some(({ outcome }) => outcome !== 'refused')) return []
    const seen = version === absent ? 'the item was gone' : `"${version.slice(1)}" was there`
    const first = all[0]?.operation
    if (first === undefined)
      return finding('phantom', `${sight.writer} saw that ${seen}, and nobody had ${version === absent ? 'deleted it' : 'written it'}`, [
        sight,
      ])
    return finding('rejected-visible', `${deed(first)} was refused (${first.status}), and yet ${sight.writer} saw that ${seen}`, [
      first,
      sight,
    ])
  })
}

/** One token for two versions: whoever sends it cannot be told from somebody who knows the other. */
function sameToken({ named }: Versions): RaceFinding[] {
  return [...named].flatMap(([token, versions]) => {
    const [one, two] = versions
    if (one === undefined || two === undefined) return []
    const values = `"${one.version.slice(1)}" and "${two.version.slice(1)}"`
    return finding('same-token', `the token ${token} names both ${values}: a win that changes the item must change its token`, [
      one.by,
      two.by,
    ])
  })
}

/** Two that took effect on one version: the second did not know of the first. Two deletes of one version take nothing from each other. */
function lostUpdates(versions: Versions): RaceFinding[] {
  const guarded = versions.writes.filter((step) => step.role !== 'create' && step.operation.sent !== null && effective(versions, step))
  const groups = Map.groupBy(guarded, (step) => group(versions, step))
  groups.delete(undefined)
  const otherDelete = (step: Step) =>
    versions.writes.some((other) => other !== step && other.role === 'delete' && other.outcome !== 'refused')
  return [...groups.values()].flatMap((steps) => {
    const writes = steps.filter(({ role }) => role === 'write')
    const erased = steps.find((step) => step.role === 'delete' && !otherDelete(step))
    const [one, two] = erased === undefined ? writes : [writes[0], erased]
    if (one === undefined || two === undefined) return []
    const rest = writes.length > 2 ? `, as did ${writes.length - 2} more` : ''
    const fate = `${deed(one.operation)} and ${deed(two.operation)} both took effect upon the same version${rest}`
    const token =
      one.operation.sent === two.operation.sent
        ? ` (token ${one.operation.sent})`
        : ` (tokens ${one.operation.sent} and ${two.operation.sent})`
    return finding('lost-update', `${fate}${token}: one of them was overwritten unseen`, evidence(versions, [one, two]))
  })
}

/** The version that it rests on, else the token by which nobody else knew one; undefined: the token names several. */
function group(versions: Versions, step: Step): Version | undefined {
  const { sent } = step.operation
  return basis(versions, step) ?? (versions.named.has(sent!) ? undefined : `token ${sent}`)
}

/** Only one create can win where nothing is ever deleted, and none where the item was there from the start. */
function createdTwice(versions: Versions): RaceFinding[] {
  const { writes, start } = versions
  if (writes.some(({ role, outcome }) => role === 'delete' && outcome !== 'refused')) return []
  const [one, two, ...more] = writes.filter((step) => step.role === 'create' && effective(versions, step) && step.next !== start)
  if (one === undefined) return []
  if (start !== absent)
    return [finding('created-twice', `${deed(one.operation)} succeeded although the item was there`, evidence(versions, [one]))]
  // Of a value that several sent, the second may have been told of the first.
  if (two === undefined || !versions.unique) return []
  const rest = more.length > 0 ? `, as did ${more.length} more` : ''
  return [
    finding(
      'created-twice',
      `${deed(one.operation)} and ${deed(two.operation)} both succeeded where only one can${rest}`,
      evidence(versions, [one, two]),
    ),
  ]
}
