import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { deed, finding } from './finding.ts'
import type { Promises } from './history.ts'
import { absent, effective, evidence, told, type Step, type Version, type Versions } from './versions.ts'

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
function impossible(versions: Versions): RaceFinding[] {
  const { start, sightings, makers } = versions
  const findings: RaceFinding[] = []
  for (let version = 0; version < sightings.length; version++) {
    const sight = sightings[version]
    if (sight === undefined || version === start) continue
    const all = makers[version]
    if (all?.some(({ outcome }) => outcome !== 'refused')) continue
    findings.push(unmade(versions, version, sight, all?.[0]?.operation))
  }
  return findings
}

function unmade(versions: Versions, version: Version, sight: RaceOperation, refused: RaceOperation | undefined): RaceFinding {
  const saw = `${sight.writer} saw ${told(versions, version)}`
  if (versions.earlier.has(version)) return finding('order', `${saw}, which had been replaced before the race`, [sight])
  if (refused === undefined)
    return finding('phantom', `${saw}, and nobody had ${version === absent ? 'deleted it' : 'written that'}`, [sight])
  return finding('rejected-visible', `${deed(refused)} was refused (${refused.status}), and yet ${saw}`, [refused, sight])
}

/** One token for two versions: whoever sends it cannot be told from somebody who knows the other. */
function sameToken(versions: Versions): RaceFinding[] {
  const findings: RaceFinding[] = []
  for (const [token, one] of versions.named) {
    const two = one.other
    if (two === undefined) continue
    const values = `${told(versions, one.version)} and ${told(versions, two.version)}`
    const words = `the token ${token} names both ${values}: a win that changes the item must change its token`
    findings.push(finding('same-token', words, [one.by, two.by]))
  }
  return findings
}

/** Two that took effect on one version (or by one token, where nobody else knew its version): the second did not know of the first. Two deletes of one version take nothing from each other. */
function lostUpdates(versions: Versions): RaceFinding[] {
  const ofVersion: (Step | undefined)[] = []
  const ofToken = new Map<string, Step>()
  const several = new Map<Version | string, Step[]>()
  for (const step of versions.writes) {
    const { sent } = step.operation
    if (step.role === 'create' || sent === null || !effective(versions, step)) continue
    const { basis } = step
    // the token names several versions
    if (basis === undefined && versions.named.has(sent)) continue
    const before = basis === undefined ? ofToken.get(sent) : ofVersion[basis]
    if (before === undefined) {
      if (basis === undefined) ofToken.set(sent, step)
      else ofVersion[basis] = step
      continue
    }
    const members = several.get(basis ?? sent)
    if (members === undefined) several.set(basis ?? sent, [before, step])
    else members.push(step)
  }
  return [...several.values()].flatMap((steps) => lost(steps, versions))
}

function lost(steps: readonly Step[], versions: Versions): RaceFinding[] {
  const otherDelete = (step: Step) =>
    versions.writes.some((other) => other !== step && other.role === 'delete' && other.outcome !== 'refused')
  const writes = steps.filter(({ role }) => role === 'write')
  const erased = steps.find((step) => step.role === 'delete' && !otherDelete(step))
  const [one, two] = erased === undefined ? writes : [writes[0], erased]
  if (one === undefined || two === undefined) return []
  const rest = writes.length > 2 ? `, as did ${writes.length - 2} more` : ''
  const [first, second] = [one.operation.sent, two.operation.sent]
  const token = first === second ? `token ${first}` : `tokens ${first} and ${second}`
  const words = `${deed(one.operation)} and ${deed(two.operation)} both took effect upon the same version${rest} (${token}): one of them was overwritten unseen`
  return [finding('lost-update', words, evidence(versions, [one, two]))]
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
