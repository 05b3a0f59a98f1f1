import { type Check, check } from './kit/check.ts'
import { goneItem } from './kit/gone.ts'
import { tagOf, withFields } from './kit/condition.ts'
import type { Item, Kit } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { type Request, withHeader, withMethod, withoutHeader } from './kit/request.ts'

/** What is looked at before any condition (RFC 9110 §13.2.1): who asks, whether there is such a thing and such a method, whether the content can be read. */

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
    const item = await goneItem(kit.resource)
    const tag = item.last.answer.header('etag') ?? `"${kit.fresh()}"`
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
