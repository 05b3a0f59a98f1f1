import { type Check, check } from './kit/check.ts'

/** A stale If-Match is refused and changes nothing. */
export const staleNotPerformed: Check = check({
  id: 'if-match/stale-not-performed',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1',
  title: 'a write whose token is stale is not performed',
  why: 'the second of two editors silently erases the work of the first',
  fix: 'compare and write in one statement: UPDATE … WHERE id = ? AND version = ?',
  needs: ['guard.if-match'],
  catches: [],
  async run({ resource, prove }) {
    const item = await resource.create()
    const known = item.token
    await item.write()
    const theirs = await item.read()
    const answer = await item.write({ token: known })
    prove.unchanged(theirs, await item.read())
    prove.outcome(answer, 'stale')
  },
})
