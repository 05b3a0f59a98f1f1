import { formatHttpDate, parseHttpDate } from '../../http/http-date.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import type { Item } from '../kit/kit.ts'
import { type Guarding, isSame } from './guards.ts'
import type { Put, Subject } from './subject.ts'
import type { Trial } from './trial.ts'
import { along, type Way, waysFor } from './ways.ts'

/** So many ways of sending a version with a delete are tried. */
const most = 4

/** Whether deletes compare versions: with an old one, with none, with the current one. What is deleted on the way is gone. */
export async function probeRemoval(trial: Trial, known: Way | undefined, spare: Item | undefined): Promise<Guarding | undefined> {
  const { subject, item } = trial
  const call = subject.call('delete')
  const ways = waysFor(subject, 'delete', trial.now)
  const sorted = known ? ways.toSorted((a, b) => Number(isSame(b, known)) - Number(isSame(a, known))) : ways
  const refused: { way: Way; answer: Answer }[] = []
  for (const way of sorted.slice(0, most)) {
    const old = trial.before && along(way, trial.before)
    if (!old || old.value === along(way, trial.now)?.value) continue
    const answer = await remove(subject, item, [old])
    if (answer.ok || [401, 403, 404, 405, 501].includes(answer.status)) return undefined
    refused.push({ way, answer })
  }
  if (!refused.length) return undefined
  const date = parseHttpDate(trial.now.answer.header('last-modified') ?? '')
  const unmodified = (at: number): Put => ({ place: parsePlace('$request.header.If-Unmodified-Since'), value: formatHttpDate(at) })
  const dated = date === undefined ? undefined : await remove(subject, item, [unmodified(date - 86_400_000)])
  if (dated?.ok) return undefined
  await trial.prove()
  if (!(await subject.read(item)).answer.ok) return undefined
  const none = await remove(subject, item, [])
  const guarding = (way: Way, stale: Answer, missing: Answer | undefined): Guarding => ({
    way,
    others: [],
    role: 'delete',
    required: missing !== undefined,
    successor: false,
    stale,
    missing,
    because: [
      `${call}, ${way.send.written}: an old one → ${stale.status}, not deleted; ${missing ? `none → ${missing.status}; the current one → deleted` : 'none → deleted'}`,
    ],
  })
  if (none.ok) {
    if (dated) addDelete(trial, `${call}, If-Unmodified-Since: the day before → ${dated.status}, not deleted; none → deleted`)
    return guarding(refused[0]!.way, refused[0]!.answer, undefined)
  }
  if (dated && spare && date !== undefined) {
    const shot = await subject.read(spare)
    const own = parseHttpDate(shot.answer.header('last-modified') ?? '')
    if (own !== undefined && (await remove(subject, spare, [unmodified(own)])).ok)
      addDelete(trial, `${call}, If-Unmodified-Since: the day before → ${dated.status}, not deleted; the current date → deleted`)
  }
  for (const { way, answer } of refused) {
    const right = along(way, trial.now)
    if (right && (await remove(subject, item, [right])).ok) return guarding(way, answer, none)
  }
  trial.questions.push(`${call} → ${none.status} without a version and with every one that a read shows`)
  return undefined
}

/** Deletes; an item that is gone is not deleted again. */
export async function remove(subject: Subject, item: Item, puts: readonly Put[]): Promise<Answer> {
  const answer = await subject.send(await subject.removal(item, puts))
  const state = subject.scene.items.find(({ path }) => path === item.path)
  if (state && (answer.ok || answer.status === 410)) state.gone = true
  return answer
}

/** The guard by date was seen to hold for deletes too. */
function addDelete(trial: Trial, because: string): void {
  const at = trial.findings.findIndex((finding) => finding.at.join('/') === 'guards/unmodified')
  const finding = trial.findings[at]
  if (!finding) return
  const value = finding.value as { for: string[] }
  trial.findings[at] = { ...finding, value: { ...value, for: [...value.for, 'delete'] }, because: [...finding.because, because] }
}
