import { readPlaces } from '../spec/places.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Kit, Snapshot } from './kit/kit.ts'
import { isTagToken, tagOf } from './kit/tag-of.ts'
import { sameToken } from './kit/token.ts'
import { differing, isMap } from './kit/volatile.ts'

/** The ETag in answers to writes. */

export const writeAnswerCurrent: Check = check({
  id: 'entity-tags/write-answer-current',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8, §15.3.1, §15.3.2',
  title: 'a tag in the answer to a write is that of the new version',
  why: 'the next save of the same editor is refused, or an old version is taken for the current one',
  fix: 'take the tag after the write is done, from what was stored',
  recipe: 'validators',
  alarms:
    'Triggers and jobs that run after the write may raise the version again before the read: where the content differs as well, nothing is proved. With 202 nothing is decided yet.',
  needs: ['write', 'etag'],
  catches: ['tag-old-on-write'],
  async run(kit) {
    const item = await kit.resource.create()
    const known = tagOf(item.last.answer, kit)
    if (!isTagToken(kit)) kit.skip('clients name versions by something else than the ETag')
    const created = item.created.header('etag')
    const again = tagOf((await item.read()).answer, kit)
    if (!sameToken(again, known)) kit.skip(`the tag changes from read to read: ${known}, ${again} (entity-tags/stable)`)
    if (created !== undefined && ![202, 303].includes(item.created.status)) {
      if (!sameToken(created, known)) sameContent(kit, item.created, item.last)
      kit.prove.that(sameToken(created, known), 'the answer to the create tells another tag than the read after it', known, created)
    }
    const answer = await item.write()
    const written = answer.header('etag')
    const now = tagOf((await item.read()).answer, kit)
    if (written === undefined || [202, 303].includes(answer.status)) {
      kit.note('the answer to a write tells no tag, which is allowed; one would spare clients a read')
      kit.prove.succeeded(answer)
      return
    }
    const old = sameToken(written, known) && !sameToken(written, now)
    if (!old && !sameToken(written, now)) sameContent(kit, answer, item.last)
    kit.prove.that(
      sameToken(written, now),
      `the answer to a write tells ${old ? 'the tag of the version before' : 'another tag than the read after it'}`,
      now,
      written,
    )
  },
})

/**
 * Where a write is answered with all that was sent, and the read after it shows something else, a job has made another version meanwhile.
 * @throws Inconclusive then
 */
function sameContent({ resource, control }: Kit, answer: Answer, read: Snapshot): void {
  const places = resource.spec.payload.read
  const shown = places === false ? undefined : readPlaces(places, answer)
  const sent = answer.request.body
  if (!isMap(shown) || !isMap(sent) || !Object.keys(sent).every((name) => Object.hasOwn(shown, name))) return
  const others = differing(shown, read.payload)
  control(
    others.length === 0,
    `the read after it shows another item than the answer (${others.join(', ')}): a job may have changed it meanwhile`,
  )
}
