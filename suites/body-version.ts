import type { Json } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'
import { nextVersion, overtake } from './kit/overtake.ts'
import { withBody } from './kit/request.ts'
import { isRevealed } from './kit/revealed.ts'
import { writePlace } from '../spec/places.ts'

/** Versions that clients send in the body: a number or a text that the item carries and a write must bring back. */

/** The version is there to be learnt. */
export const present: Check = check({
  id: 'body-version/present',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `token`',
  title: 'a read carries the version that writes must send',
  why: 'without it nobody can write at all, or everybody writes blindly',
  fix: 'add the version to the representation, at the member that the contract names',
  recipe: 'validators',
  alarms: 'List items may come from an index that leaves the version out; this is about reads of the item.',
  needs: ['create', 'read', 'token', 'guard.body'],
  reads: true,
  catches: ['body-version-missing'],
  async run({ resource, guard, prove }) {
    const item = await resource.create()
    const places = guard.token.read.map((place) => place.written).join(', ')
    prove.that(item.last.token !== undefined, 'a read carries no version', `a version at ${places}`, item.last.answer.shown)
  },
})

/** The current version is accepted. */
export const currentPerformed: Check = check({
  id: 'body-version/current-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s guard',
  title: 'a write that sends the current version is performed',
  why: 'nobody can save; the check is soon switched off',
  fix: 'compare with the version that reads give, as the same type',
  recipe: 'compare-and-write',
  needs: ['guard.update', 'guard.body'],
  catches: ['body-version-current-refused'],
  async run({ resource, prove }) {
    const item = await resource.create()
    const answer = await item.write({ token: item.token, purpose: 'write with the current version' })
    prove.succeeded(answer)
    prove.stored(await item.read({ purpose: 'see that the write was stored' }), answer.request.marker)
  },
})

/** A stale version changes nothing. */
export const staleNotPerformed: Check = check({
  id: 'body-version/stale-not-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s guard',
  title: 'a write that sends an old version is not performed',
  why: 'the second of two editors silently erases the work of the first',
  fix: 'compare and write in one statement: UPDATE … SET version = version + 1 WHERE id = ? AND version = ?',
  recipe: 'compare-and-write',
  alarms: 'A read-only `version` that the API ignores is no lock. Which member is the token is for the contract to say.',
  needs: ['guard.body'],
  catches: ['body-version-ignored', 'body-version-refused-but-written'],
  async run(kit) {
    const { resource, prove } = kit
    const item = await resource.create()
    const known = item.token
    const theirs = await overtake(kit, item)
    await item.write({ token: known, purpose: 'save with the version that was known before' })
    prove.unchanged(theirs, await item.read({ purpose: 'see that their work is still there' }))
  },
})

/** The refusal is the promised one, and tells the truth. */
export const staleOutcome: Check = check({
  id: 'body-version/stale-outcome',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s outcome `stale`',
  title: 'a write that sends an old version is answered as the contract says, with the version that is current',
  why: 'the client does not see that it is a conflict, and cannot offer to merge',
  fix: 'answer as documented; read what the answer tells in the transaction that refused',
  recipe: 'compare-and-write',
  alarms:
    'Only the status or body may differ while nothing was written: then the API is safe and the contract names another answer than the server gives. Correct whichever of the two is wrong.',
  needs: ['guard.body'],
  catches: ['body-version-other-status', 'conflict-tells-sent-version'],
  async run(kit) {
    const { resource, prove } = kit
    const item = await resource.create()
    const known = item.token
    const theirs = await overtake(kit, item)
    const answer = await item.write({ token: known, purpose: 'save with the version that was known before' })
    const told = isRevealed(kit, 'currentToken') ? { currentToken: theirs.token! } : {}
    prove.outcome(answer, 'stale', { truth: { ...told, sentToken: known } })
  },
})

/** Every change makes a new version. */
export const changesOnWrite: Check = check({
  id: 'body-version/changes-on-write',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `token`',
  title: 'every change gives the item another version',
  why: 'two different states carry one version: the check passes and the first change is lost',
  fix: 'raise the version in the statement that writes, also in jobs and actions that write past the API',
  recipe: 'validators',
  alarms: 'Versions are opaque: they need not rise, nor by one. A write that changes nothing may keep its version.',
  needs: ['guard.body'],
  catches: ['body-version-stands-still'],
  async run(kit) {
    const { resource, guard, prove } = kit
    const item = await resource.create()
    const versions = [item.last]
    for (let n = 0; n < 2; n++) {
      await nextVersion(kit, guard.token)
      await item.write()
      versions.push(await item.read())
    }
    prove.tokenChanged(versions[0]!, versions[1]!)
    prove.tokenChanged(versions[1]!, versions[2]!)
    prove.tokenChanged(versions[0]!, versions[2]!)
  },
})

/** Where the version is required, leaving it out is no way around it. */
export const missingNotPerformed: Check = check({
  id: 'body-version/missing-not-performed',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s `required` and outcome `missing`',
  title: 'a write without the required version is refused as the contract says and changes nothing',
  why: 'a client that forgets the member overwrites what others saved, and never learns of it',
  fix: 'refuse the write before anything is done when the member is not there',
  recipe: 'required-conditions',
  alarms: 'Last writer wins without a version is conforming unless the contract says that the version is required.',
  needs: ['guard.body', 'guard.required'],
  catches: ['body-version-optional'],
  async run({ resource, prove }) {
    const item = await resource.create()
    await item.write({ purpose: 'a write with the version, which is performed' })
    const before = await item.read()
    const answer = await item.tryWrite({ token: null, purpose: 'the same without the version' })
    prove.unchanged(before, await item.read({ purpose: 'see that nothing changed' }))
    prove.outcome(answer, 'missing')
  },
})

/** What is no version is no free pass. */
export const malformedNotPerformed: Check = check({
  id: 'body-version/malformed-not-performed',
  level: 'practice',
  severity: 'fail',
  source: 'the contract’s `format`',
  title: 'a write whose version is of another type is not performed',
  why: 'a client with a bug in its types writes as if there were no check',
  fix: 'validate the member before you compare, and refuse what is no version',
  recipe: 'compare-and-write',
  alarms: 'A server that turns "3" into 3 and compares is lenient, not unsafe.',
  needs: ['guard.body'],
  catches: ['body-version-malformed-passes'],
  async run({ resource, guard, prove, send, skip }) {
    const place = guard.send.find((place) => place.part === 'body') ?? skip('the version is not sent in the body')
    const odd: Json = guard.token.format === 'integer' ? 'not-a-version' : { not: 'a version' }
    const item = await resource.create()
    await item.write({ purpose: 'a write with the version, which is performed' })
    const before = await item.read()
    const request = await item.request('replace', { token: before.token! })
    const answer = await send({
      ...withBody(request, writePlace(place, odd, request).body),
      purpose: 'the same with something that is no version',
    })
    prove.unchanged(before, await item.read({ purpose: 'see that nothing changed' }))
    if (guard.outcomes.malformed) prove.outcome(answer, 'malformed')
  },
})

/** The way out of the conflict is open. */
export const recoverable: Check = check({
  id: 'body-version/recoverable',
  level: 'practice',
  severity: 'fail',
  source: 'RFC 9110 §15.5.10',
  title: 'after a conflict, reading again and writing with the new version succeeds',
  why: 'the person is locked out of their own record until somebody mends it by hand',
  fix: 'a refused write must not raise the version; reads must give the version that writes compare with',
  recipe: 'compare-and-write',
  alarms: 'Reads from a replica may give the old version for a while.',
  needs: ['guard.body'],
  catches: ['refusal-bumps-version'],
  async run(kit) {
    const { resource, prove, blocked } = kit
    const item = await resource.create()
    const known = item.token
    const fresh = (await overtake(kit, item)).token!
    const refused = await item.write({ token: known, purpose: 'save with the version that was known before' })
    if (refused.ok) blocked('body-version/stale-not-performed', 'a stale write is not refused')
    const again = (await item.read({ purpose: 'read again after the conflict' })).token!
    prove.that(again === fresh, 'the refused write made a new version', `${fresh}`, `${again}`)
    const answer = await item.write({ token: again, purpose: 'write with the version just read' })
    prove.succeeded(answer)
    prove.stored(await item.read({ purpose: 'see that the write was stored' }), answer.request.marker)
  },
})
