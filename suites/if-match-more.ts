import { isDeepStrictEqual } from 'node:util'
import { type Check, check } from './kit/check.ts'
import { entityTagOf, tagOf, withFields } from './kit/condition.ts'
import type { Kit } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { type Request, withHeader, withoutHeader } from './kit/request.ts'

/** If-Match in unusual dress, and what follows from it where nobody promised anything. */

/** A condition is a condition, promised or not. */
export const neverIgnored: Check = check({
  id: 'if-match/never-ignored',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1',
  title: 'a write with an If-Match that names no version there ever was is not performed',
  why: 'clients that send If-Match believe that they are protected, and are not',
  fix: 'compare If-Match in every write, or refuse requests that carry it where versions cannot be told apart',
  recipe: 'conditions',
  alarms:
    'Where the contract has no guard for If-Match that it is ignored is only told: the API protects writes by other means, or by none. A gateway may have taken the field out: compare with the origin.',
  needs: ['create', 'read', 'write'],
  catches: ['guard-ignored'],
  async run(kit) {
    const item = await kit.resource.create()
    const before = item.last
    const request = await item.request(kit.role, { purpose: 'write with an If-Match that names nothing' })
    const answer = await kit.send(withHeader(request, 'If-Match', `"${kit.fresh()}-names-nothing"`))
    const after = await item.read()
    const guarded = kit.resource.spec.guards.some(
      (guard) =>
        guard.for.includes(kit.role) && guard.send.some(({ part, name }) => part === 'header' && name.toLowerCase() === 'if-match'),
    )
    if (guarded || !answer.ok) return kit.prove.unchanged(before, after)
    kit.prove.exists(after)
    kit.note('If-Match is ignored here; the contract does not say that it protects writes')
  },
})

/** Names of fields know no case. */
export const anySpelling: Check = check({
  id: 'if-match/field-name-in-any-case',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §5.1, §13.1.1',
  title: 'a stale tag is refused however the name of the field is written',
  why: 'a proxy that writes all names small switches the protection off',
  fix: 'look fields up by their name in small letters',
  recipe: 'conditions',
  alarms: 'A proxy on the way may write the names in its own way, and hide the fault.',
  needs: ['guard.if-match'],
  catches: ['field-names-as-written'],
  async run(kit) {
    for (const name of ['if-match', 'IF-MATCH']) {
      const item = await kit.resource.create()
      const stale = item.token
      const before = await overtake(kit, item)
      const request = await item.request(kit.role, { token: stale, purpose: `save with the tag from before in ${name}` })
      const value = request.headers.find(([field]) => field.toLowerCase() === 'if-match')![1]
      await kit.send(withHeader(withoutHeader(request, 'If-Match'), name, value))
      kit.prove.unchanged(before, await item.read())
    }
  },
})

/** A comma may stand in a tag. */
export const commaInTag: Check = check({
  id: 'if-match/comma-in-tag',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.3, §13.1.1',
  title: 'a tag that has the current one between its commas is another tag',
  why: 'a list is cut at every comma, and a tag that never was the version lets the write through',
  fix: 'read the list tag by tag, from quote to quote',
  recipe: 'conditions',
  alarms: 'A refusal of such a tag is safe, also with 400.',
  needs: ['guard.if-match'],
  catches: ['if-match-cut-at-commas'],
  async run(kit) {
    const item = await kit.resource.create()
    const { opaque } = entityTagOf(kit, item)
    if (opaque === '') kit.skip('there is nothing between the quotes of the tag')
    const before = await item.read()
    const request = await item.request(kit.role, { token: null, purpose: 'save with a tag that has the current one in it' })
    await kit.send(withHeader(request, 'If-Match', `"a,${opaque},b"`))
    kit.prove.unchanged(before, await item.read())
  },
})

/** Reads may have the condition too. */
export const staleRead: Check = check({
  id: 'if-match/stale-read-refused',
  level: 'must',
  severity: 'info',
  source: 'RFC 9110 §13.1.1, §13.2.2',
  title: 'a read with a stale If-Match is answered 412',
  why: 'who goes on with a download gets the end of another version',
  fix: 'compare If-Match in reads as in writes',
  recipe: 'conditions',
  alarms: 'A cache on the way may answer without looking at If-Match (RFC 9110 §13.1.1), and many frameworks have it for writes only.',
  needs: ['guard.if-match'],
  catches: ['if-match-ignored-on-read'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = tagOf(kit, item)
    await overtake(kit, item)
    const read = withoutHeader(await item.request('read', { purpose: 'read with the tag from before in If-Match' }), 'cache-control')
    kit.prove.status(await kit.send(withHeader(read, 'If-Match', stale)), 412)
  },
})

/** What was done already need not be refused, but is not done twice. */
export const alreadyApplied: Check = check({
  id: 'if-match/repeat-has-one-effect',
  level: 'must',
  severity: 'info',
  source: 'RFC 9110 §13.1.1, §13.2.2',
  title: 'the same write once more, whose tag its first attempt made stale, has no second effect',
  why: 'a retry after a lost answer adds a version that nobody made, and a second mail',
  fix: 'where the stored content is what is asked for already, answer 2xx and store nothing, or answer 412',
  recipe: 'retry-in-the-client',
  alarms: 'Both 412 and 2xx are right (RFC 9110 §13.1.1): only the second version is told.',
  needs: ['guard.if-match', 'replace'],
  catches: ['repeat-performed-again'],
  async run(kit) {
    const item = await kit.resource.create()
    const request = await item.request('replace', { token: item.token, purpose: 'save' })
    const first = await kit.send(request)
    if (!first.ok) kit.blocked('if-match/current-performed', `a write with the current tag is answered ${first.shown}`)
    const before = await item.read()
    const again = await kit.send({ ...request, purpose: 'the same request again, as after a lost answer' })
    const after = await item.read()
    kit.prove.stored(after, request.marker)
    if (!again.ok) return
    kit.prove.that(
      isDeepStrictEqual(after.token, before.token),
      'the repeat was performed again',
      `412, or 2xx and still ${String(before.token)}`,
      `${again.status}, and ${String(after.token)}`,
    )
  },
})

/** What becomes of a write that asks for nothing. */
export const unconditional: Check = check({
  id: 'if-match/unconditional-refused',
  level: 'practice',
  severity: 'info',
  source: 'RFC 6585 §3, §7.1',
  title: 'a write without a condition is refused',
  why: 'clients that never heard of If-Match erase what others saved',
  fix: 'ask for a condition (428), if every client can be made to send one; else live with it, knowingly',
  recipe: 'required-conditions',
  alarms:
    'Both ways are right. Only where the contract says that a token is required is its absence a fault, and then other checks tell it.',
  needs: ['guard.update'],
  catches: ['token-not-required'],
  async run(kit) {
    const item = await kit.resource.create()
    const answer = await item.tryWrite({ token: null, purpose: 'write without a token' })
    kit.prove.that(!answer.ok, 'a write without a token is performed: the last one to save wins', 'a refusal', answer.shown)
  },
})

/** On reads as well, If-Match is asked first. */
export const ifMatchFirstOnRead: Check = check({
  id: 'precedence/if-match-first-on-read',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.2.2',
  title: 'a read with a stale If-Match is not answered 304 because If-None-Match names the current tag',
  why: 'a client that goes on with a download is told that what it has is good, and it is of another version',
  fix: 'evaluate If-Match first; go on to If-None-Match only if it holds',
  recipe: 'conditions',
  alarms: 'A server that ignores If-Match on reads answers 304 here as without it, and the check is skipped.',
  needs: ['guard.fresh', 'write'],
  catches: ['if-none-match-first-on-read'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = tagOf(kit, item)
    await item.write()
    await item.read()
    const current = tagOf(kit, item)
    if (current === stale) kit.skip('the tag did not change with the content')
    const read = withoutHeader(await item.request('read'), 'cache-control')
    const send = (fields: Record<string, string>, purpose: string): ReturnType<Kit['send']> =>
      kit.send({ ...withFields(read as Request, fields), purpose })
    const alone = await send({ 'If-Match': stale }, 'control: read with a stale If-Match')
    if (alone.status !== 412) kit.skip(`a read with a stale If-Match is answered ${alone.status}: it looks at If-Match on writes only`)
    kit.prove.status(await send({ 'If-Match': stale, 'If-None-Match': current }, 'the same with the current tag in If-None-Match'), 412)
  },
})
