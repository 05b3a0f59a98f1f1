import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { withoutHeader } from './kit/request.ts'

/** What caches between client and origin may keep (RFC 9111). Only an answer that says so itself is taken for one out of a cache. */

/** A conflict is over when it is over. */
export const refusalNotReused: Check = check({
  id: 'caching/refusal-not-reused',
  level: 'practice',
  severity: 'fail',
  source: 'RFC 9110 §15.1; RFC 9111 §3; RFC 6585 §3',
  title: 'a refusal is not given again once its cause is gone',
  why: 'people are told of a conflict that no longer exists, until somebody empties the cache',
  fix: 'let no cache store answers to writes; send Cache-Control: no-store with 409, 412 and 428',
  recipe: 'retry-in-the-client',
  alarms:
    'Only an answer that says itself that it was stored (Age, Cache-Status, X-Cache) counts. What is refused for another reason is left to other checks.',
  needs: ['guard.update'],
  catches: ['refusal-from-cache'],
  async run(kit) {
    const item = await kit.resource.create()
    const known = item.token
    await overtake(kit, item)
    const refused = await item.tryWrite({ token: known, purpose: 'save with the version that was known before' })
    if (refused.ok) kit.skip('the stale write was not refused: other checks say so')
    await item.read({ purpose: 'read the current version' })
    const answer = await item.tryWrite({ token: item.token, purpose: 'save with the current version' })
    kit.prove.that(
      answer.ok || !isCached(answer),
      'a refusal comes out of a cache',
      'an answer of the origin',
      `${marksOf(answer)}: ${answer.shown}`,
    )
    if (!answer.ok) kit.skip(`the write with the current token is answered ${answer.shown}: other checks say so`)
  },
})

/** Who saved sees what was saved. */
export const writeShows: Check = check({
  id: 'caching/write-shows',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9111 §4.4',
  title: 'after a write a cache does not give the old content',
  why: 'the editor reads an old tag again and again, and every save is refused',
  fix: 'let writes pass through the cache that serves the reads, or send Cache-Control: no-cache with what is edited',
  recipe: 'reads',
  alarms:
    'Reads that lag behind writes are no fault of HTTP (RFC 9110 §9.3.4) and are only told; a cache that is emptied a moment later is.',
  needs: ['create', 'read', 'write'],
  catches: ['read-from-cache'],
  async run(kit) {
    const item = await kit.resource.create()
    await readThroughCaches(kit, item, 'read it as a browser does')
    const { marker } = (await item.write()).request
    const answer = await readThroughCaches(kit, item, 'read it again, as a browser does')
    const shows = marker === undefined || answer.text.includes(marker)
    kit.prove.that(
      shows || !isCached(answer),
      'after a write a cache gives the old content',
      'the new content',
      `${marksOf(answer)}: ${answer.shown}`,
    )
    if (!shows) kit.note('the write did not show in the first read after it, and nothing says that a cache answered')
  },
})

/** Nor is something missing that was just made. */
export const createdShows: Check = check({
  id: 'caching/created-shows',
  level: 'must',
  severity: 'info',
  source: 'RFC 9110 §15.1; RFC 9111 §4.4',
  title: 'what was created where nothing was is not answered 404 out of a cache',
  why: '"I just made it, and it says that there is none"',
  fix: 'send Cache-Control: no-store with 404, which caches else keep as they see fit',
  recipe: 'reads',
  alarms:
    '404 may be stored without being told to (RFC 9110 §15.1), and only caches on the way of the create learn of it. Where the server chooses the address there is nothing to remember.',
  needs: ['create', 'read', 'delete'],
  catches: ['not-found-from-cache'],
  async run(kit) {
    const chosen = [...kit.resource.spec.identity.values()].flat().some(({ message, part }) => message === 'request' && part === 'path')
    if (!chosen) kit.skip('the server chooses where new items are')
    const first = await kit.resource.create()
    await first.remove()
    const missing = await readThroughCaches(kit, first, 'read what is not there any more')
    if (missing.status !== 404) kit.skip(`what is not there is answered ${missing.status}`)
    const again = await kit.resource.tryCreate({ path: first.path, purpose: 'create it there again' })
    if (!again.ok) kit.skip(`a name that was deleted is not free again: ${again.status}`)
    const answer = await readThroughCaches(kit, first, 'read what was just created')
    kit.prove.that(
      answer.ok || !isCached(answer),
      'what was just created is answered 404 out of a cache',
      'the new item',
      `${marksOf(answer)}: ${answer.shown}`,
    )
  },
})

/** A read that lets caches answer. */
async function readThroughCaches(kit: Kit, item: Item, purpose: string): Promise<Answer> {
  return kit.send(withoutHeader(await item.request('read', { purpose }), 'cache-control'))
}

/** Does the answer say itself that it was stored? */
function isCached(answer: Answer): boolean {
  return marksOf(answer) !== ''
}

function marksOf(answer: Answer): string {
  const age = answer.header('age')
  const status = ['cache-status', 'x-cache', 'cf-cache-status', 'x-cache-status'].filter((name) =>
    /\bhit\b/i.test(answer.header(name) ?? ''),
  )
  return [
    ...(age !== undefined && Number(age) > 0 ? [`Age: ${age}`] : []),
    ...status.map((name) => `${name}: ${answer.header(name)}`),
  ].join(', ')
}
