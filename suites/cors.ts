import type { Resource } from '../spec/contract.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { type Request, withHeader, withMethod, withoutHeader } from './kit/request.ts'
import { placesSent } from './kit/token.ts'

/** What scripts of another origin may send and see (Fetch §3.2): conditions that a browser may not send protect nobody. */

const origin = 'https://ifmatch.example'

/** What any page may send without being allowed to (Fetch, CORS-safelisted method and request-header). */
const plainMethods = ['GET', 'HEAD', 'POST']
const plainTypes = ['text/plain', 'application/x-www-form-urlencoded', 'multipart/form-data']

/** Whether a write is promised to take back the tag of a read. */
function takesTags({ guards }: Resource): boolean {
  const writes: readonly string[] = ['replace', 'patch', 'delete']
  return guards.some(
    (guard) =>
      guard.for.some((role) => writes.includes(role)) &&
      guard.token.read.some(({ part, name }) => part === 'header' && name.toLowerCase() === 'etag'),
  )
}

/** A tag that a script cannot read is no tag. */
export const exposes: Check = check({
  id: 'cors/exposes-fields',
  level: 'practice',
  severity: 'warn',
  source: 'Fetch, CORS-safelisted response-header names',
  title: 'scripts of another origin may read the ETag and the Location that they need',
  why: 'in the browser there is no tag to save with, although every test with curl shows one',
  fix: 'send Access-Control-Expose-Headers: ETag, Location (and Retry-After, Link, … where you send them)',
  recipe: 'validators',
  alarms:
    'An API without Access-Control-Allow-Origin is not for scripts of other origins, and the check is skipped; so it is where only some origins are let in, and the one that the check names is not among them. An ETag that no write is promised to take back is the business of the browser’s own cache, and is not asked for.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['cors-exposes-nothing'],
  async run(kit) {
    const item = await kit.resource.create()
    const read = await shared(kit, item)
    const useful = ['Location', 'Retry-After', 'Link']
    if (takesTags(kit.resource.spec)) useful.unshift('ETag')
    const created = await kit.send(
      withHeader(await kit.resource.request('create', { purpose: 'create as a page of another origin' }), 'Origin', origin),
    )
    for (const [what, answer] of [
      ['read', read],
      ['create', created],
    ] as const) {
      const missing = useful.filter((name) => answer.header(name) !== undefined && !exposed(answer, name))
      kit.prove.that(
        missing.length === 0,
        `a script of another origin cannot see all fields of a ${what}`,
        `Access-Control-Expose-Headers with ${missing.join(', ')}`,
        answer.header('access-control-expose-headers') ?? 'no Access-Control-Expose-Headers',
      )
    }
  },
})

/** A condition that may not be sent is left out. */
export const preflight: Check = check({
  id: 'cors/allows-conditions',
  level: 'practice',
  severity: 'warn',
  source: 'Fetch, CORS-preflight request',
  title: 'scripts of another origin may write, with the conditions and keys that the contract asks for',
  why: 'every protected save fails in the browser, and somebody takes the condition out to make it work',
  fix: 'answer OPTIONS without asking for credentials, and list methods and fields in Access-Control-Allow-Methods and -Headers',
  recipe: 'conditions',
  alarms:
    'The list of what is allowed may depend on the origin; the check asks for one that nobody knows, and is skipped where reads are not shared with it.',
  needs: ['create', 'read', 'write'],
  reads: true,
  catches: ['cors-allows-no-conditions', 'cors-preflight-asks-credentials'],
  async run(kit) {
    const item = await kit.resource.create()
    await shared(kit, item)
    const { spec } = kit.resource
    const write = await item.request('write', { purpose: 'write' })
    const guards = spec.guards.filter((guard) => guard.for.includes(kit.role)).flatMap(placesSent)
    const keys = spec.idempotency?.for.includes(kit.role) ? spec.idempotency.key : []
    const fields = [...guards, ...keys].filter(({ part }) => part === 'header').map(({ name }) => name.toLowerCase())
    const type = write.headers.find(([name]) => name.toLowerCase() === 'content-type')?.[1].toLowerCase() ?? plainTypes[0]!
    const asked = [...new Set([...(plainTypes.includes(type) ? [] : ['content-type']), ...fields])].toSorted()
    if (plainMethods.includes(write.method) && asked.length === 0) kit.skip(`a browser sends such a ${write.method} without asking first`)
    const bare = withMethod({ ...write, headers: [], body: undefined, as: 'anonymous' }, 'OPTIONS')
    const asking = [
      ['Origin', origin],
      ['Access-Control-Request-Method', write.method],
      ...(asked.length > 0 ? [['Access-Control-Request-Headers', asked.join(',')]] : []),
    ].reduce<Request>((next, [name, value]) => withHeader(next, name!, value!), bare)
    const answer = await kit.send({ ...asking, purpose: 'ask, as a browser does, whether a page of another origin may write' })
    kit.prove.that(answer.ok, 'the preflight is not answered with success', 'a 2xx without credentials', answer.shown)
    const list = (name: string): string[] => (answer.header(name) ?? '').toLowerCase().split(/\s*,\s*/)
    const any = answer.header('access-control-allow-credentials') !== 'true'
    const allows = (name: string, one: string): boolean => list(name).includes(one.toLowerCase()) || (any && list(name).includes('*'))
    const missing = [
      ...(plainMethods.includes(write.method) || allows('access-control-allow-methods', write.method) ? [] : [write.method]),
      ...asked.filter((name) => !allows('access-control-allow-headers', name)),
    ]
    kit.prove.that(
      missing.length === 0,
      'a script of another origin may not send what the write needs',
      [write.method, ...asked].join(', '),
      `without ${missing.join(', ')}`,
    )
  },
})

/** A refusal that a script cannot read is a network error. */
export const refusals: Check = check({
  id: 'cors/refusals-readable',
  level: 'practice',
  severity: 'warn',
  source: 'Fetch, CORS check',
  title: 'scripts of another origin may read a refusal as they may read a success',
  why: 'the page shows "network error" where somebody else has saved first',
  fix: 'add the CORS fields in the outermost layer, so that error pages of frameworks and gateways have them too',
  recipe: 'problem-details',
  alarms: 'Error pages of gateways are the usual gap: see who answered.',
  needs: ['guard.update'],
  catches: ['cors-not-on-errors'],
  async run(kit) {
    const item = await kit.resource.create()
    const known = item.token
    const read = await shared(kit, item)
    await overtake(kit, item)
    const stale = await item.request('write', { token: known, purpose: 'save with the version from before, as a page of another origin' })
    const answer = await kit.send(withHeader(stale, 'Origin', origin))
    if (answer.ok) kit.skip('the stale write was not refused: other checks say so')
    kit.prove.that(
      isShared(answer),
      'a script of another origin cannot read the refusal',
      `Access-Control-Allow-Origin: ${read.header('access-control-allow-origin')}`,
      answer.header('access-control-allow-origin') ?? `none with ${answer.status}`,
    )
  },
})

/** A read as a page of another origin makes it; where nobody lets it, the check does not apply. */
async function shared(kit: Kit, item: Item): Promise<Answer> {
  const request = withHeader(withoutHeader(await item.request('read'), 'cache-control'), 'Origin', origin)
  const answer = await kit.send({ ...request, purpose: 'read as a page of another origin' })
  return isShared(answer) ? answer : kit.skip('the API is not for scripts of other origins: no Access-Control-Allow-Origin')
}

function isShared(answer: Answer): boolean {
  return ['*', origin].includes(answer.header('access-control-allow-origin') ?? '')
}

function exposed(answer: Answer, name: string): boolean {
  const listed = (answer.header('access-control-expose-headers') ?? '').toLowerCase().split(/\s*,\s*/)
  return listed.includes(name.toLowerCase()) || (listed.includes('*') && answer.header('access-control-allow-credentials') !== 'true')
}
