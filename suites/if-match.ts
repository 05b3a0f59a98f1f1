import { type Check, check } from './kit/check.ts'
import type { Item, Kit, Snapshot, TokenValue } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { neverMatches, withToken } from './kit/token.ts'
import { type Request, withHeader, withHeaderLine, withoutHeader } from './kit/request.ts'

/** An item that somebody else has saved since: the token from before, and how it is now. */
async function overtaken(kit: Kit): Promise<{ item: Item; known: TokenValue; theirs: Snapshot }> {
  const item = await kit.resource.create()
  const known = item.token
  return { item, known, theirs: await overtake(kit, item) }
}

/** Lists and near misses are made of entity tags: not of versions that are sent bare, and not of weak tags, which never match anyway. */
function strongTag(token: TokenValue, { guard, skip }: Kit): string {
  if (typeof token !== 'string' || !/^"[^"]*"$/.test(token) || guard.match !== 'strong') skip(`${token} is no strong entity tag`)
  return String(token)
}

export const staleNotPerformed: Check = check({
  id: 'if-match/stale-not-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1',
  title: 'a write whose token is stale is not performed',
  why: 'the second of two editors silently erases the work of the first',
  fix: 'compare and write in one statement: UPDATE … WHERE id = ? AND version = ?',
  recipe: 'compare-and-write',
  alarms:
    'A stale write that repeats what is stored already may be answered 2xx (RFC 9110 §13.1.1); another value is written here, so that this is no excuse. Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['guard.if-match'],
  catches: ['guard-ignored', 'if-match-dropped', 'stale-performed-but-412'],
  async run(kit) {
    const { item, known, theirs } = await overtaken(kit)
    const answer = await item.write({ token: known, purpose: 'save with the token from before' })
    kit.prove.unchanged(theirs, await item.read())
    kit.prove.outcome(answer, 'stale')
  },
})

export const stalePatchNotPerformed: Check = check({
  id: 'if-match/stale-patch-not-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, RFC 5789 §2.2',
  title: 'a patch whose token is stale is not performed',
  why: 'PUT is protected, but the form that sends only what changed still erases the work of others',
  fix: 'evaluate If-Match in one place for all methods that write',
  recipe: 'compare-and-write',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['guard.if-match', 'patch'],
  catches: ['if-match-dropped-on-patch'],
  async run(kit) {
    const { item, known, theirs } = await overtaken(kit)
    const answer = await item.write({ role: 'patch', token: known, purpose: 'patch with the token from before' })
    kit.prove.unchanged(theirs, await item.read())
    kit.prove.outcome(answer, 'stale')
  },
})

export const staleDeleteNotPerformed: Check = check({
  id: 'if-match/stale-delete-not-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1',
  title: 'a delete whose token is stale is not performed',
  why: 'somebody deletes what was corrected or opened again a moment ago',
  fix: 'DELETE … WHERE id = ? AND version = ?',
  recipe: 'compare-and-write',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['guard.if-match', 'delete'],
  catches: ['if-match-dropped-on-delete'],
  async run(kit) {
    const { item, known, theirs } = await overtaken(kit)
    const answer = await item.remove({ token: known, purpose: 'delete with the token from before' })
    kit.prove.unchanged(theirs, await item.read())
    kit.prove.outcome(answer, 'stale')
    if (neverMatches(item.token, kit.guard)) return
    // positive control: with the right token it goes
    const gone = await item.remove({ token: item.token, purpose: 'delete with the current token' })
    kit.control(gone.ok, `a delete with the current token is answered ${gone.shown}`)
  },
})

export const currentPerformed: Check = check({
  id: 'if-match/current-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §13.2.2',
  title: 'a write with the current token is performed',
  why: 'nobody can save, and users switch the protection off',
  fix: 'compare with the tag that reads tell, character by character; mind tags that a proxy or a compressing layer changes',
  recipe: 'compression',
  alarms:
    'A server whose tags are weak cannot let any If-Match succeed by RFC 9110; OData, FHIR and SCIM compare weakly on purpose: say `match: weak` in the contract. Compression on the way may have changed the tag that was read.',
  needs: ['guard.if-match'],
  catches: ['if-match-never-matches'],
  async run({ resource, guard, prove, skip }) {
    const item = await resource.create()
    const before = await item.read()
    const { token } = item
    if (neverMatches(token, guard)) skip(`the tag ${token} is weak: If-Match compares strongly, so it can never match`)
    const answer = await item.write({ token, purpose: 'save with the current token' })
    prove.succeeded(answer)
    const after = await item.read()
    prove.changed(before, after)
    prove.stored(after, answer.request.marker)
  },
})

export const anyPerformed: Check = check({
  id: 'if-match/any-performed',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.1',
  title: 'If-Match: * is true for an item that exists',
  why: '"change it only if it is still there" cannot be said',
  fix: 'take an unquoted * for any current version',
  recipe: 'conditions',
  alarms: 'OData services may refuse `*` as a way around the lock; then say `any: false` of the guard.',
  needs: ['guard.if-match'],
  catches: ['if-match-any-refused'],
  async run({ resource, guard, prove, skip }) {
    const any = guard.any && 'value' in guard.any ? guard.any.value : skip('the contract names no value for "whatever version"')
    const item = await resource.create()
    await item.write()
    const answer = await item.write({ token: String(any), purpose: 'save whatever version there is' })
    prove.succeeded(answer)
    prove.stored(await item.read(), answer.request.marker)
  },
})

export const listOfStaleNotPerformed: Check = check({
  id: 'if-match/list-of-stale-not-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §5.6.1',
  title: 'a write with a list of stale tags is not performed',
  why: 'a list slips past the comparison, and the save erases the work of others',
  fix: 'parse the field as a list of entity tags; refuse if none of them is the current one',
  recipe: 'conditions',
  needs: ['guard.if-match'],
  catches: ['if-match-list-passes'],
  async run(kit) {
    const { item, known } = await overtaken(kit)
    const second = item.token
    await item.write({ purpose: 'somebody else saves again' })
    const theirs = await item.read()
    const list = `${strongTag(known, kit)}, ${strongTag(second, kit)}`
    const answer = await item.write({ token: list, purpose: 'save with a list of two tokens from before' })
    kit.prove.unchanged(theirs, await item.read())
    kit.prove.refused(answer)
  },
})

export const listWithCurrentPerformed: Check = check({
  id: 'if-match/list-with-current-performed',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.1, §5.6.1',
  title: 'a write is performed if any tag of the list is current',
  why: 'clients that accept several versions, as merge tools do, are refused without a cause',
  fix: 'parse the field as a list of entity tags; one match is enough, wherever it stands',
  recipe: 'conditions',
  alarms: 'Refusing every list is safe, only unfriendly; so it is a warning.',
  needs: ['guard.if-match'],
  catches: ['if-match-first-tag'],
  async run(kit) {
    const { item, known, theirs } = await overtaken(kit)
    const current = strongTag(item.token, kit)
    const answer = await item.write({ token: `${strongTag(known, kit)}, ${current}`, purpose: 'save with a stale and the current token' })
    kit.prove.succeeded(answer)
    kit.prove.changed(theirs, await item.read())
  },
})

export const twoLinesAreOneList: Check = check({
  id: 'if-match/two-lines-are-one-list',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §5.2, §5.3',
  title: 'two If-Match lines are one list',
  why: 'a proxy may split or join the field, and the condition is then half read',
  fix: 'join all lines of the field with a comma before parsing it',
  recipe: 'conditions',
  alarms: 'A gateway may join or drop the second line. Refusing it is safe.',
  needs: ['guard.if-match'],
  catches: ['if-match-first-line'],
  async run(kit) {
    const { item, known, theirs } = await overtaken(kit)
    const tags = [strongTag(known, kit), strongTag(item.token, kit)]
    const one = withoutHeader(await item.request('write'), 'If-Match')
    const two = tags.reduce((request, tag) => withHeaderLine(request, 'If-Match', tag), one)
    const answer = await kit.send({ ...two, purpose: 'save with a stale token in one line and the current one in the next' })
    kit.prove.succeeded(answer)
    kit.prove.changed(theirs, await item.read())
  },
})

export const exactComparison: Check = check({
  id: 'if-match/exact-comparison',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.3.2',
  title: 'tags are compared character by character',
  why: 'shortened hashes or searching inside the text let the tag of another version pass',
  fix: 'compare the whole tags for equality, case included',
  recipe: 'conditions',
  alarms: 'A proxy may take a suffix such as `-gzip` off the tag before the API sees it.',
  needs: ['guard.if-match'],
  catches: ['if-match-prefix'],
  async run(kit) {
    const { item, theirs } = await overtaken(kit)
    const opaque = strongTag(item.token, kit).slice(1, -1)
    const flipped = /[a-z]/.test(opaque) ? opaque.toUpperCase() : opaque.toLowerCase()
    const misses = { 'longer by a letter': `${opaque}x`, 'shorter by a letter': opaque.slice(0, -1), 'in other case': flipped }
    for (const [how, miss] of Object.entries(misses)) {
      if (miss === opaque || miss === '') continue
      const answer = await item.write({ token: `"${miss}"`, purpose: `save with the current tag, ${how}` })
      kit.prove.unchanged(theirs, await item.read())
      kit.prove.refused(answer)
    }
  },
})

export const weakNeverMatches: Check = check({
  id: 'if-match/weak-never-matches',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.1.1, §8.8.3.2',
  title: 'If-Match compares strongly: a weak tag never matches',
  why: 'a weak tag says that details do not matter, so a save that relies on it may erase them',
  fix: 'refuse a weak tag in If-Match; if your clients need it, say "match: weak" in the contract',
  recipe: 'conditions',
  alarms: 'OData, FHIR and SCIM compare weakly on purpose, and say so; then the contract should too (`match: weak`).',
  needs: ['guard.if-match'],
  catches: ['weak-tag-matches'],
  async run(kit) {
    const { item, theirs } = await overtaken(kit)
    const tag = strongTag(item.token, kit)
    const answer = await item.write({ token: `W/${tag}`, purpose: 'save with the current tag, marked as weak' })
    kit.prove.unchanged(theirs, await item.read())
    kit.prove.refused(answer)
  },
})

export const malformedNotPerformed: Check = check({
  id: 'if-match/malformed-not-performed',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §2.4',
  title: 'an If-Match that is no tag does not switch the protection off',
  why: 'one wrong quote in a client, and it writes without protection and without notice',
  fix: 'answer 400, or take it for a tag that does not match; never for a missing field',
  recipe: 'conditions',
  alarms:
    'HTTP has no rule for a field that cannot be parsed. 400, 412 and comparing the bare text are all fine; only writing as if nothing was sent is not.',
  needs: ['guard.if-match'],
  catches: ['if-match-malformed-ignored'],
  async run(kit) {
    const { item, known, theirs } = await overtaken(kit)
    const opaque = strongTag(known, kit).slice(1, -1)
    // stale in any reading: a server that looks past the missing quotes refuses it too
    for (const [how, field] of [
      ['without quotes', opaque],
      ['with one quote', `"${opaque}`],
    ] as const) {
      if (opaque === '') kit.skip('the tag has no text that could stand without quotes')
      const answer = await item.write({ token: field, purpose: `save with the token from before, ${how}` })
      kit.prove.unchanged(theirs, await item.read())
      kit.prove.refused(answer)
    }
  },
})

export const missingNotCreated: Check = check({
  id: 'if-match/missing-not-created',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §13.2.1',
  title: 'a write with If-Match creates nothing where nothing is',
  why: 'a late save brings back what somebody else has deleted',
  fix: 'where PUT creates, take any If-Match for false as long as there is no item',
  recipe: 'create-only',
  alarms: '404, 409, 410 and 412 are all fine. What is looked at is whether something came into being.',
  needs: ['guard.if-match', 'replace'],
  catches: ['if-match-creates'],
  async run({ resource, guard, prove, send, skip }) {
    const item = await resource.create()
    const place = guard.send.find(({ part }) => part === 'header') ?? skip('the token is no header')
    const probes: [string, (request: Request) => Request][] = [
      ['the token of another item', (request) => withToken(request, guard, item.token, place)],
    ]
    const { any } = guard
    if (any && 'value' in any) probes.push(['"whatever version"', (request) => withHeader(request, place.name, String(any.value))])
    for (const [what, conditioned] of probes) {
      const bare = withoutHeader(await resource.request('replace'), 'If-None-Match')
      const answer = await send({ ...conditioned(bare), purpose: `write where nothing is, with ${what}` })
      const after = await send({ ...(await resource.request('read', { path: bare.path })), purpose: 'see whether there is something now' })
      // what is there must be cleaned up
      if (after.ok) await resource.found(answer)
      prove.that(!after.ok, `a write with ${what} created an item`, 'nothing there', `a read is answered ${after.shown}`)
      prove.refused(answer)
    }
  },
})

export const refusedCanRecover: Check = check({
  id: 'if-match/refused-can-recover',
  level: 'practice',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1',
  title: 'after a refusal, reading again and saving with the new token succeeds',
  why: 'the user is locked out of the item for good',
  fix: 'let reads tell the tag that writes compare with, also right after a refusal',
  recipe: 'compare-and-write',
  alarms: 'Reads from a replica may give the old tag for a while.',
  needs: ['guard.if-match'],
  catches: ['if-match-locks-out'],
  async run(kit) {
    const { resource, guard, prove, blocked, skip } = kit
    const item = await resource.create()
    const known = item.token
    if (neverMatches(known, guard)) skip(`the tag ${known} is weak: If-Match compares strongly, so it can never match`)
    const first = await item.write({ token: known, purpose: 'somebody else saves first, with the current token' })
    if (!first.ok) blocked('if-match/current-performed', `a write with the current token is answered ${first.shown}`)
    const refused = await item.write({ token: known, purpose: 'save with the token from before' })
    if (refused.ok) blocked('if-match/stale-not-performed', 'a stale write is not refused')
    const now = await item.read()
    if (neverMatches(item.token, guard)) skip(`the tag ${item.token} is weak: If-Match compares strongly, so it can never match`)
    const answer = await item.write({ token: item.token, purpose: 'read again, and save with the new token' })
    prove.succeeded(answer)
    prove.changed(now, await item.read())
  },
})
