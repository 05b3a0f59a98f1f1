import { type Check, check } from './kit/check.ts'
import { tagOf, withFields } from './kit/condition.ts'
import type { Item, Kit } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { type Request, withHeader, withMethod, withoutHeader } from './kit/request.ts'
import { mustBeMatchable } from './kit/matchable.ts'

/** What is looked at before a condition, and which of two conditions first (RFC 9110 §13.2). */

/** Who may not ask learns nothing. */
export const authenticationFirst: Check = check({
  id: 'precedence/authentication-first',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.1',
  title: 'a request without credentials is refused in the same way with a condition and without one',
  why: 'strangers learn from 304 and 412 what exists, and whether it has changed',
  fix: 'check credentials before you look at If-Match, If-None-Match and the like',
  recipe: 'conditions',
  alarms: '404 in place of 401 or 403 is allowed, if it is so with and without the condition. A rate limit may strike at random.',
  needs: ['create', 'read'],
  catches: ['condition-before-authentication'],
  async run(kit) {
    const secured = (['read', 'replace', 'patch', 'delete'] as const).filter((role) => asksForCredentials(kit, role))
    if (secured.length === 0) kit.skip('no operation on an item asks for credentials')
    const item = await kit.resource.create()
    const before = item.last
    const outside: (string | undefined)[] = []
    for (const role of secured)
      outside.push(await asStranger(kit, item, await item.request(role, { as: 'anonymous', token: null }), 'without credentials'))
    allLetIn(kit, outside)
    kit.prove.unchanged(before, await item.read())
  },
})

/** Nor does who may ask, but not for this. */
export const authorisationFirst: Check = check({
  id: 'precedence/authorisation-first',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.1',
  title: 'a request for what belongs to somebody else is refused in the same way with a condition and without one',
  why: 'one customer can watch when the data of another one changes',
  fix: 'look for the item among those that the caller may see, and for conditions only then',
  recipe: 'conditions',
  alarms: '404 in place of 403 is allowed, if it is so with and without the condition.',
  needs: ['create', 'read', 'identities'],
  catches: ['condition-before-access'],
  async run(kit) {
    const item = await kit.resource.create({ as: 'a' })
    const before = item.last
    const roles = (['read', 'replace', 'patch', 'delete'] as const).filter((role) => kit.resource.spec.operations.has(role))
    if ((await item.as('b').read({ purpose: 'control: read what somebody else created' })).exists)
      kit.skip('what one identity creates another one may read')
    const outside: (string | undefined)[] = []
    for (const role of roles)
      outside.push(await asStranger(kit, item, await item.request(role, { as: 'b', token: null }), 'as somebody else'))
    allLetIn(kit, outside)
    kit.prove.unchanged(before, await item.read())
  },
})

/** A path that leads nowhere leads nowhere under any condition. */
export const notFoundFirst: Check = check({
  id: 'precedence/not-found-first',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.2.1',
  title: 'a request for what is not there is answered as without its condition',
  why: 'a client that is told "your version is old" reads again and tries again, where it should give up',
  fix: 'look for the item before you look at the conditions',
  recipe: 'conditions',
  alarms: '412 in place of 404 is common and mostly harmless; RFC 9110 says 404 where the request without the condition gets it.',
  needs: ['create', 'read', 'delete'],
  catches: ['condition-before-existence'],
  async run(kit) {
    const item = await kit.resource.create()
    const tag = item.last.answer.header('etag') ?? `"${kit.fresh()}"`
    await item.remove()
    const read = withoutHeader(await item.request('read'), 'cache-control')
    await sameAsWithout(kit, read, { 'If-Match': tag }, 'read what is not there', [404, 410])
    await sameAsWithout(kit, read, { 'If-None-Match': tag }, 'read what is not there', [404, 410])
  },
})

/** A method that there is not, either. */
export const methodFirst: Check = check({
  id: 'precedence/method-first',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.2.1, §15.5.6',
  title: 'a method that the item does not have is answered as without a condition',
  why: 'a client that is told "your version is old" reads again and tries again, for ever',
  fix: 'answer 405 (or 501) before you look at the conditions',
  recipe: 'conditions',
  alarms: '412 in place of 405 is common and mostly harmless.',
  needs: ['create', 'read'],
  catches: ['condition-before-method'],
  async run(kit) {
    const { item: path } = kit.resource.spec
    const declared = kit.contract.operations.filter((operation) => operation.path === path).map(({ method }) => method)
    const method = ['PATCH', 'PUT', 'POST'].find((one) => !declared.includes(one)) ?? kit.skip('the item has every method')
    const item = await kit.resource.create()
    const request = withMethod(withoutHeader(await item.request('read'), 'cache-control'), method)
    await sameAsWithout(kit, request, { 'If-Match': `"${kit.fresh()}"` }, `${method}, which the contract does not have`, [404, 405, 501])
  },
})

/** Nor is content looked into that nobody can read. */
export const mediaTypeFirst: Check = check({
  id: 'precedence/media-type-first',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §13.2.1, §15.5.16',
  title: 'content of an unknown media type is answered as without a stale token',
  why: 'the client reads again and merges, only to learn that its request could never have worked',
  fix: 'check the media type before you look at the conditions',
  recipe: 'conditions',
  alarms: '412 in place of 415 is common and mostly harmless.',
  needs: ['guard.if-match'],
  catches: ['condition-before-content'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = String(item.token)
    const before = await overtake(kit, item)
    const request = withHeader(await item.request(kit.role), 'Content-Type', 'application/x-ifmatch-unknown')
    await sameAsWithout(
      kit,
      withHeader(request, 'If-Match', tagOf(kit, item)),
      { 'If-Match': stale },
      'write with an unknown media type',
      [415],
    )
    kit.prove.unchanged(before, await item.read())
  },
})

/** Two flaws at once are one refusal, and no effect. */
export const staleAndUnprocessable: Check = check({
  id: 'precedence/stale-and-unprocessable',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.1, §13.1.1',
  title: 'a write with a stale token and content that is no good is refused and changes nothing',
  why: 'the path that reports bad content forgets the condition, or falls over it',
  fix: 'evaluate the condition before you process the content; whichever flaw you report, write nothing',
  recipe: 'conditions',
  alarms: 'Either flaw may be told first: schema checks in a gateway come before all else. Only writing, or failing with 5xx, is wrong.',
  needs: ['guard.update'],
  catches: ['stale-bad-content-fails'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const before = await overtake(kit, item)
    const whole = await item.request(kit.role, { token: stale })
    if (whole.body === null || typeof whole.body !== 'object') kit.skip('the content is a text, and any text is good')
    const { marker } = kit.resource.spec
    const set = { [marker!]: { [kit.fresh()]: [null] } }
    const answer = await kit.send(
      await item.request(kit.role, { token: stale, set, purpose: 'write a map where a text belongs, with a stale token' }),
    )
    kit.prove.unchanged(before, await item.read())
    if (answer.status >= 500) {
      const current = await kit.send(await item.request(kit.role, { set, purpose: 'the same with the current token' }))
      if (current.status >= 500) kit.skip(`such content is answered ${current.status} with the current token too`)
    }
    kit.prove.refused(answer)
  },
})

/** Of two conditions both must hold. */
export const ifMatchFirst: Check = check({
  id: 'precedence/if-match-first',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.2',
  title: 'a stale If-Match is not outweighed by an If-None-Match that holds',
  why: 'a second condition switches the first off, and a stale save goes through',
  fix: 'evaluate If-Match first; go on to If-None-Match only if it holds',
  recipe: 'conditions',
  alarms: 'Some stores refuse the two fields together with 400, which is safe.',
  needs: ['guard.if-match'],
  catches: ['if-none-match-outweighs'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const before = await overtake(kit, item)
    const request = await item.request(kit.role, { token: stale, purpose: 'write with a stale If-Match and an If-None-Match that holds' })
    const answer = await kit.send(withHeader(request, 'If-None-Match', `"${kit.fresh()}"`))
    kit.prove.unchanged(before, await item.read())
    kit.prove.refused(answer)
  },
})

/** In either order. */
export const bothMustHold: Check = check({
  id: 'precedence/both-must-hold',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §13.2.2',
  title: 'a current If-Match does not outweigh an If-None-Match that fails',
  why: 'a client says "only if it is not there", and what is there is overwritten all the same',
  fix: 'go on to If-None-Match where If-Match holds; perform the write only if both do',
  recipe: 'conditions',
  alarms: 'Some stores refuse the two fields together with 400, which is safe.',
  needs: ['guard.create-only', 'guard.if-match'],
  catches: ['if-match-outweighs'],
  async run(kit) {
    const { send, none } = kit.guard
    const value = none && 'value' in none && send[0]?.name.toLowerCase() === 'if-none-match' ? String(none.value) : undefined
    if (value === undefined) return kit.skip('"must not exist" is not said with If-None-Match here')
    const item = await kit.resource.create()
    const tag = tagOf(kit, item)
    mustBeMatchable(kit, tag, kit.guardOf('guard.if-match'))
    const before = await item.read()
    const request = withFields(await item.request('replace', { token: null }), { 'If-Match': tag, 'If-None-Match': value })
    const answer = await kit.send({ ...request, purpose: 'write with the current If-Match and "must not exist"' })
    kit.prove.unchanged(before, await item.read())
    kit.prove.refused(answer)
    await item.write({ purpose: 'control: write without saying that it must not exist' })
  },
})

/** What does not touch an item has no conditions. */
export const optionsIgnores: Check = check({
  id: 'precedence/options-ignores',
  level: 'must',
  severity: 'info',
  source: 'RFC 9110 §13.2.1',
  title: 'OPTIONS is answered the same with a condition as without one',
  why: 'browsers ask by OPTIONS before they write; where that fails, the write is never sent',
  fix: 'look at conditions only for methods that read or change the item',
  recipe: 'conditions',
  alarms: 'OPTIONS is often answered by a gateway.',
  needs: ['create', 'read'],
  catches: ['condition-on-options'],
  async run(kit) {
    const item = await kit.resource.create()
    const request = withMethod(withoutHeader(await item.request('read'), 'cache-control'), 'OPTIONS')
    const plain = await kit.send({ ...request, purpose: 'control: OPTIONS without a condition' })
    const answer = await kit.send({
      ...withHeader(request, 'If-Match', `"${kit.fresh()}"`),
      purpose: 'OPTIONS with a tag that is not current',
    })
    kit.prove.that(answer.status === plain.status, 'OPTIONS looks at the condition', `${plain.status}, as without it`, answer.shown)
  },
})

/** Sends the request without its condition, then with it; a refusal (one of `refusals`, else it cannot be judged) must stay the same. */
async function sameAsWithout(
  kit: Kit,
  request: Request,
  condition: Record<string, string>,
  purpose: string,
  refusals: number[],
): Promise<void> {
  const plain = await kit.send({ ...request, purpose: `control: ${purpose}` })
  if (!refusals.includes(plain.status)) kit.skip(`${purpose}: answered ${plain.status}, not ${refusals.join(' or ')}`)
  const answer = await kit.send({ ...withFields(request, condition), purpose: `${purpose}, with a condition` })
  kit.prove.that(
    answer.status === plain.status,
    'the condition decides what it has no say in',
    `${plain.status}, as without it`,
    answer.shown,
  )
}

const hidden = [401, 403, 404]

/**
 * The same for who may not make this request: what speaks of the version (304, 412, success) must not be the answer. What is refused as
 * malformed tells nothing.
 * @returns why it cannot be judged: the request is not refused without conditions either
 */
async function asStranger(kit: Kit, item: Item, request: Request, who: string): Promise<string | undefined> {
  const bare = withoutHeader(request, 'cache-control')
  const plain = await kit.send({ ...bare, purpose: `control: ${request.role} ${who}` })
  if (!hidden.includes(plain.status)) return `a ${request.role} ${who} is answered ${plain.status}`
  const conditions: [name: string, value: string][] =
    request.role === 'read'
      ? [
          ['If-None-Match', item.last.answer.header('etag') ?? '*'],
          ['If-Match', `"${kit.fresh()}"`],
        ]
      : [
          ['If-None-Match', '*'],
          ['If-Match', `"${kit.fresh()}"`],
        ]
  for (const [name, value] of conditions) {
    const answer = await kit.send({ ...withHeader(bare, name, value), purpose: `${request.role} ${who}, with ${name}: ${value}` })
    kit.prove.that(
      [...hidden, 400].includes(answer.status),
      'the condition is answered before it is clear who asks',
      `${plain.status}, as without it`,
      answer.shown,
    )
  }
  return undefined
}

/** Where no request was refused, there is nothing to compare with. */
function allLetIn(kit: Kit, reasons: (string | undefined)[]): void {
  if (reasons.every((reason) => reason !== undefined)) kit.skip(reasons.join('; '))
}

/** Each way to be allowed in asks for something. */
function asksForCredentials(kit: Kit, role: string): boolean {
  const security = kit.resource.spec.operations.get(role)?.operation.security ?? []
  return security.length > 0 && security.every((all) => all.length > 0)
}
