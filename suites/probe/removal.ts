import { parseHttpDate } from '../../http/http-date.ts'
import type { Answer } from '../kit/answer.ts'
import { ItemHandle } from '../kit/item.ts'
import type { Item } from '../kit/kit.ts'
import type { Creation } from './creation.ts'
import { oldDate, unmodifiedSince } from './dates.ts'
import { type Guarding, knownFirst } from './guards.ts'
import { probeRemovalForms } from './removal-forms.ts'
import type { Put, Subject } from './subject.ts'
import type { Trial } from './trial.ts'
import { along, isSamePut, type Way, waysFor } from './ways.ts'

/** So many ways of sending a version with a delete are tried. */
const most = 4

/**
 * Whether deletes compare versions: of the item under trial with an old one, then with the current one; of another item with none. What is
 * deleted on the way is gone.
 */
export async function probeRemoval(trial: Trial, guards: readonly Guarding[], creation: Creation): Promise<Guarding[]> {
  const { subject, item } = trial
  const call = subject.call('delete')
  const left = sparesOf(trial)
  const spareItem = async (): Promise<Item | undefined> => left.shift() ?? (await creation.again(creation.varied(creation.body))).item
  const refused: Refused[] = []
  const sorted = guards.reduceRight((list, { way }) => knownFirst(list, way), waysFor(subject, 'delete', trial.now))
  let isGone = false
  for (const way of sorted.slice(0, most)) {
    // a second place is worth its requests only for another token
    if (refused.some((one) => one.isTaken && one.way.read === way.read)) continue
    const before = trial.earlier(way)
    const old = before && along(way, before)
    const right = along(way, trial.now)
    if (!old || !right || isSamePut(old, right)) continue
    const answer = await remove(subject, item, old)
    // a place that is ignored is none: the delete was one without any
    if (answer.ok) isGone = true
    if (isGone || answer.status >= 500 || [401, 403, 404, 405].includes(answer.status)) break
    const one = { way, answer, isTaken: false }
    refused.push(one)
    // the control: the same with the current one
    one.isTaken = isGone = (await remove(subject, item, right)).ok
    if (isGone) break
  }
  if (!refused.length) return []
  const spare = await spareItem()
  const none = spare && (await removeOpen(trial, spare))
  if (!none || none.status >= 500) return []
  const missing = none.ok ? undefined : none
  const taken = refused.filter((one) => one.isTaken)
  // of the places where both were refused, one may hold another token, and it wants an item of its own
  const others = missing || !taken.length ? refused.filter((one) => !one.isTaken) : []
  for (const one of isGone ? others : []) {
    const other = await spareItem()
    const right = other && along(one.way, await subject.read(other))
    if (right && (await remove(subject, other, right)).ok) taken.push(one)
  }
  if (missing && !taken.length) trial.questions.push(`${call} → ${missing.status} without a version and with every one that a read shows`)
  const found: Guarding[] = []
  if (missing) subject.removedBy = taken[0]?.way
  for (const { way, answer } of taken) {
    const guarding: Guarding = {
      way,
      others: [],
      role: 'delete',
      required: missing !== undefined,
      successor: false,
      stale: answer,
      missing,
      because: [
        `${call}, ${way.send.written}: an old one → ${answer.status}, not deleted; the current one → deleted; none → ${missing ? missing.status : 'deleted'}`,
      ],
    }
    const isAlike = guards[0]?.required === guarding.required
    found.push(isAlike ? guarding : { ...guarding, ...(await probeRemovalForms(trial, guarding, spareItem)) })
  }
  return found
}

/** A place where a delete with an old version was refused, and whether one with the current version was performed. */
interface Refused {
  way: Way
  answer: Answer
  isTaken: boolean
}

/** Deletes another item without a version; before that with an old date, where writes compare dates, and after that with its own. */
async function removeOpen(trial: Trial, spare: Item): Promise<Answer | undefined> {
  const { subject } = trial
  const call = subject.call('delete')
  const old = trial.findings.some(({ at }) => at.join('/') === 'guards/unmodified') ? oldDate(trial) : undefined
  const dated = old && (await remove(subject, spare, [old]))
  const label = `${call}, If-Unmodified-Since: the day before → ${dated?.status}, not deleted`
  // a date that is ignored is no condition: the delete was one without any
  if (dated?.ok) return dated
  const none = await remove(subject, spare, [])
  // gone without being deleted: then nothing can be told
  if ([404, 410].includes(none.status)) return undefined
  if (none.ok && dated) addDelete(trial, `${label}; none → deleted`)
  if (!none.ok && dated && none.status !== dated.status) {
    const own = parseHttpDate((await subject.read(spare)).answer.header('last-modified') ?? '')
    if (own !== undefined && (await remove(subject, spare, [unmodifiedSince(own)])).ok)
      addDelete(trial, `${label}; the current date → deleted`)
  }
  return none
}

/** Deletes; an item that is gone is not deleted again. */
export async function remove(subject: Subject, item: Item, puts: readonly Put[]): Promise<Answer> {
  const answer = await subject.send(await subject.removal(item, puts))
  const state = subject.scene.items.find(({ path }) => path === item.path)
  if (state && (answer.ok || answer.status === 410)) state.gone = true
  return answer
}

/** Other items that the probe made on the way. */
function sparesOf({ subject, item }: Trial): Item[] {
  const { scene, fixture, resource } = subject
  const states = scene.items.filter((one) => one.resource === resource && one.path !== item.path && !one.gone)
  return states.map((state) => new ItemHandle(scene, fixture, state, state.owner))
}

/** The guard by date was seen to hold for deletes too. */
function addDelete(trial: Trial, because: string): void {
  const at = trial.findings.findIndex((finding) => finding.at.join('/') === 'guards/unmodified')
  const finding = trial.findings[at]
  if (!finding) return
  const value = finding.value as { for: string[] }
  trial.findings[at] = { ...finding, value: { ...value, for: [...value.for, 'delete'] }, because: [...finding.because, because] }
}
