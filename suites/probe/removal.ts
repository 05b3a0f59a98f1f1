import { formatHttpDate, parseHttpDate } from '../../http/http-date.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import { ItemHandle } from '../kit/item.ts'
import type { Item } from '../kit/kit.ts'
import type { Creation } from './creation.ts'
import { type Guarding, knownFirst } from './guards.ts'
import { probeRemovalForms } from './removal-forms.ts'
import type { Put, Subject } from './subject.ts'
import type { Trial } from './trial.ts'
import { along, isSamePut, type Way, waysFor } from './ways.ts'

/** So many ways of sending a version with a delete are tried. */
const most = 4

/** Whether deletes compare versions: with an old one, with none, with the current one. What is deleted on the way is gone. */
export async function probeRemoval(trial: Trial, guards: readonly Guarding[], creation: Creation): Promise<Guarding[]> {
  const { subject, item } = trial
  const call = subject.call('delete')
  const ways = waysFor(subject, 'delete', trial.now)
  const sorted = guards.reduceRight((list, { way }) => knownFirst(list, way), ways)
  const guarding = async (way: Way, stale: Answer, missing: Answer | undefined): Promise<Guarding> => {
    const found: Guarding = {
      way,
      others: [],
      role: 'delete',
      required: missing !== undefined,
      successor: false,
      stale,
      missing,
      because: [
        `${call}, ${way.send.written}: an old one → ${stale.status}, not deleted; ${missing ? `none → ${missing.status}` : 'none → deleted'}; the current one → deleted`,
      ],
    }
    return guards[0]?.required === found.required ? found : { ...found, ...(await probeRemovalForms(trial, found, spareItem)) }
  }
  const refused: { way: Way; answer: Answer }[] = []
  const left = sparesOf(trial)
  const spareItem = async (): Promise<Item | undefined> => left.shift() ?? (await creation.again(creation.varied(creation.body))).item
  /** None is wanted; the control is another item, deleted with its current version in the place where the old one was refused. */
  const optional = async (): Promise<Guarding[]> => {
    const found: Guarding[] = []
    for (const { way, answer } of refused) {
      // a second place is worth an item only for another token
      if (found.some((one) => one.way.read === way.read)) continue
      const spare = await spareItem()
      if (!spare) return found
      const right = along(way, await subject.read(spare))
      if (right && (await remove(subject, spare, right)).ok) found.push(await guarding(way, answer, undefined))
    }
    return found
  }
  for (const way of sorted.slice(0, most)) {
    const before = trial.earlier(way)
    const old = before && along(way, before)
    if (!old || isSamePut(old, along(way, trial.now))) continue
    const answer = await remove(subject, item, old)
    // a place that is ignored is none: the delete was one without any
    if (answer.ok) return optional()
    if (answer.status >= 500 || [401, 403, 404, 405].includes(answer.status)) return []
    refused.push({ way, answer })
  }
  if (!refused.length) return []
  const date = parseHttpDate(trial.now.answer.header('last-modified') ?? '')
  const unmodified = (at: number): Put => ({ place: parsePlace('$request.header.If-Unmodified-Since'), value: formatHttpDate(at) })
  const dated = date === undefined ? undefined : await remove(subject, item, [unmodified(date - 86_400_000)])
  // a date that is ignored is no condition: the delete was one without any
  if (dated?.ok) return optional()
  await trial.prove()
  if (!(await subject.read(item)).answer.ok) return []
  const none = await remove(subject, item, [])
  if (none.status >= 500) return []
  if (none.ok) {
    if (dated) addDelete(trial, `${call}, If-Unmodified-Since: the day before → ${dated.status}, not deleted; none → deleted`)
    return optional()
  }
  const spare = dated && (await spareItem())
  if (spare && date !== undefined) {
    const shot = await subject.read(spare)
    const own = parseHttpDate(shot.answer.header('last-modified') ?? '')
    if (own !== undefined && (await remove(subject, spare, [unmodified(own)])).ok)
      addDelete(trial, `${call}, If-Unmodified-Since: the day before → ${dated!.status}, not deleted; the current date → deleted`)
  }
  for (const { way, answer } of refused) {
    const right = along(way, trial.now)
    if (right && (await remove(subject, item, right)).ok) return [await guarding(way, answer, none)]
  }
  trial.questions.push(`${call} → ${none.status} without a version and with every one that a read shows`)
  return []
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
