import { type Check, check } from './kit/check.ts'
import { entityTag } from './kit/condition.ts'
import type { Kit, TokenValue } from './kit/kit.ts'
import { sameToken } from './kit/token.ts'
import { overtaken } from './kit/overtake.ts'
import { withHeaderLine, withoutHeader } from './kit/request.ts'

/** If-Match as a list of entity tags: what is compared, and how exactly. */

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
    const stale = [entityTag(known, kit), entityTag(second, kit)]
    if (stale.some((tag) => sameToken(tag, theirs.token))) kit.skip('the tag is that of the current version again')
    const list = stale.join(', ')
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

export const weakNeverMatches: Check = check({
  id: 'if-match/weak-never-matches',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.1.1, §8.8.3.2',
  title: 'If-Match compares strongly: a weak tag never matches',
  why: 'a weak tag says that details do not matter, so a save that relies on it may erase them',
  fix: 'refuse a weak tag in If-Match; if your clients need it, say "match: weak" in the contract',
  recipe: 'conditions',
  alarms:
    'OData, FHIR and SCIM compare weakly on purpose, and so do some servers beside them: it fails only where the contract itself says `match: strong`. Where only the dialect does, it tells what was seen.',
  needs: ['guard.if-match'],
  catches: ['weak-tag-matches'],
  async run(kit) {
    const { item, theirs } = await overtaken(kit)
    const tag = strongTag(item.token, kit)
    const answer = await item.write({ token: `W/${tag}`, purpose: 'save with the current tag, marked as weak' })
    const after = await item.read()
    if (answer.ok && !isSaid(kit)) {
      kit.prove.exists(after)
      kit.note('a weak tag in If-Match matches the strong one; the contract does not say by itself that it must not ("match: strong")')
      return
    }
    kit.prove.unchanged(theirs, after)
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
    const opaque = entityTag(known, kit).replace(/^W\//, '').slice(1, -1)
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

/** Lists are made of entity tags: not of versions that are sent bare. Where one of them is to match, it must be strong: weak ones never match. */
function strongTag(token: TokenValue, { guard, skip }: Kit): string {
  if (typeof token !== 'string' || !/^"[^"]*"$/.test(token) || guard.match !== 'strong') skip(`${token} is no strong entity tag`)
  return String(token)
}

/** Does the contract say by itself how the guard compares? What a dialect has is what most of its servers do. */
function isSaid({ contract, resource, guard }: Kit): boolean {
  return contract.origins.get(`resources/${resource.name}/guards/${guard.name}/match`)?.from === 'said'
}
