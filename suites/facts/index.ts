import type { Fact } from '../../reports/model.ts'
import type { Resource } from '../../spec/contract.ts'
import type { Scene } from '../kit/scene.ts'
import { lagsIn, readsAfterWrites } from './lag.ts'
import { type Conclusion, type FactName, factNames, type Sighting } from './sighting.ts'
import { membersAdded, membersChanged, membersLeftOut, storingIn } from './storing.ts'
import { storiesOf } from './story.ts'
import { entityTags, lastModified, tagOfWrite, validatorsIn } from './validators.ts'
import { unchangedWrite, versions, versionsIn } from './versions.ts'
import { putToMissing, without, writesIn } from './writes.ts'

export type { Sighting } from './sighting.ts'

/**
 * Facts about a target: what the exchanges of its checks show anyway, without a request of their own. Each check that has ended gives its
 * sightings (`sightingsIn`); when all have ended, facts are drawn from them (`factsFrom`). A fact is never a verdict.
 */

const watchers = [validatorsIn, versionsIn, writesIn, lagsIn, storingIn]

/** What the exchanges of one check showed, each thing once. */
export function sightingsIn(scene: Scene): Sighting[] {
  const found = new Map<string, Sighting>()
  for (const story of storiesOf(scene))
    for (const watch of watchers)
      for (const { fact, value, amount, step } of watch(story)) {
        const sighting: Sighting = {
          resource: story.resource.name,
          fact,
          value,
          ...(amount !== undefined && { amount }),
          check: scene.check.id,
          purpose: step.answer.request.purpose,
        }
        const key = JSON.stringify([sighting.resource, fact, value, amount])
        if (!found.has(key)) found.set(key, sighting)
      }
  return [...found.values()]
}

const conclusions: Record<FactName, (sightings: readonly Sighting[], resource: Resource, others: readonly Sighting[]) => Conclusion> = {
  'entity-tags': entityTags,
  'last-modified': lastModified,
  versions,
  'unchanged-write': unchangedWrite,
  'tag-of-write': tagOfWrite,
  'replace-without-token': without('replace'),
  'patch-without-token': without('patch'),
  'delete-without-token': without('delete'),
  'put-to-missing': putToMissing,
  'reads-after-writes': readsAfterWrites,
  'members-added': membersAdded,
  'members-changed': membersChanged,
  'members-left-out': membersLeftOut,
}

/**
 * The facts of each resource, in the order of the contract. They do not depend on which check came first.
 * @param checks ids in the order of the catalogue
 */
export function factsFrom(sightings: readonly Sighting[], resources: ReadonlyMap<string, Resource>, checks: readonly string[]): Fact[] {
  const place = new Map(checks.map((id, at) => [id, at]))
  const ordered = sightings.toSorted((a, b) => (place.get(a.check) ?? 0) - (place.get(b.check) ?? 0))
  return [...resources.values()].flatMap((resource) => {
    const all = ordered.filter((one) => one.resource === resource.name)
    return factNames.flatMap((name): Fact[] => {
      const about = all.filter(({ fact }) => fact === name)
      const concluded = about.length > 0 ? conclusions[name](about, resource, all) : undefined
      if (!concluded) return []
      const { value, words, from } = concluded
      return [{ resource: resource.name, name, value, words, check: from.check, purpose: from.purpose }]
    })
  })
}
