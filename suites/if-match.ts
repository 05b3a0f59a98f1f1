import { type Check, check } from './kit/check.ts'
import { overtaken } from './kit/overtake.ts'
import { mustBeMatchable } from './kit/matchable.ts'
import { neverMatches, withToken } from './kit/token.ts'
import { type Request, withHeader, withoutHeader } from './kit/request.ts'

/** If-Match on writes: the stale are refused, the current performed, and whoever is refused can go on. */

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
  catches: ['guard-ignored', 'if-match-dropped', 'stale-performed-but-412', 'stale-fails'],
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
  catches: ['if-match-never-matches', 'retried-on-the-way'],
  async run(kit) {
    const { resource, prove } = kit
    const item = await resource.create()
    const before = item.last
    const { token } = item
    mustBeMatchable(kit, token)
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
    // no part of the verdict: whether it was the condition that kept it from creating
    const bare = withoutHeader(await resource.request('replace'), 'If-None-Match')
    const plain = await send({ ...bare, purpose: 'the same without a condition' })
    if (plain.ok) await (await resource.found(plain))?.read()
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
    const { resource, prove, blocked } = kit
    const item = await resource.create()
    const known = item.token
    mustBeMatchable(kit, known)
    const first = await item.write({ token: known, purpose: 'somebody else saves first, with the current token' })
    if (!first.ok) blocked('if-match/current-performed', `a write with the current token is answered ${first.shown}`)
    const refused = await item.write({ token: known, purpose: 'save with the token from before' })
    if (refused.ok) blocked('if-match/stale-not-performed', 'a stale write is not refused')
    const now = await item.read()
    mustBeMatchable(kit, item.token)
    const answer = await item.write({ token: item.token, purpose: 'read again, and save with the new token' })
    prove.succeeded(answer)
    prove.changed(now, await item.read())
  },
})
