import { isDeepStrictEqual } from 'node:util'
import { type Check, check } from './kit/check.ts'
import { parametersIn } from './kit/location.ts'

/** What a create leaves behind, and how its maker finds it. */

/** The way to what was made. */
export const location: Check = check({
  id: 'creates/location',
  level: 'should',
  severity: 'warn',
  source: 'RFC 9110 §9.3.3, §10.2.2, §15.3.2',
  title: 'a 201 to a POST says where the new item is',
  why: 'a client that has to find its item again, after a conflict or another start, cannot',
  fix: 'send Location with the URL of the new item; a relative one will do',
  recipe: 'idempotency-keys',
  alarms:
    'Creates may be answered 200, 202, 204 or 303 instead. A Location outside of the paths of the document is not followed. The check reads until the item shows, for a second or two.',
  needs: ['create', 'read'],
  catches: ['location-missing', 'location-elsewhere'],
  async run(kit) {
    const created = await kit.resource.tryCreate({ purpose: 'create an item' })
    kit.control(created.ok, `a create is answered ${created.shown}`)
    if (created.request.method !== 'POST') kit.skip('the client chooses where the item is')
    if (created.status !== 201) kit.skip(`a create is answered ${created.status}, not 201`)
    const told = created.header('location')
    kit.prove.that(told !== undefined, 'the 201 has no Location', 'Location: the URL of the new item', 'none')
    const template = kit.resource.spec.item
    const url = URL.parse(told!, created.exchange.request.url)
    kit.prove.that(url !== null, 'the Location is no URL', 'a URL reference', told!)
    const found = template === undefined ? undefined : parametersIn(template, url!.pathname)
    if (found === undefined) {
      kit.note(`the Location ${told} is none of ${template ?? 'the paths of items'}; it was not followed`)
      return
    }
    const item =
      (await kit.resource.found(created)) ?? kit.inconclusive(`nothing in the answer to the create tells the id: ${created.shown}`)
    const own = Object.fromEntries(Object.keys(found).map((name) => [name, item.path[name]]))
    kit.prove.that(isDeepStrictEqual(found, own), 'the Location leads to another item', JSON.stringify(own), told!)
    const { exists, answer } = await item.read({ purpose: 'read what the Location leads to' })
    kit.prove.that(exists, 'the Location leads to nothing', `the new item at ${told}`, answer.shown)
  },
})

/** One request, one item. */
export const once: Check = check({
  id: 'creates/one-effect',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §9.2.2; RFC 8470 §4',
  title: 'a create that is sent once makes one item',
  why: 'orders come twice that were sent once, and nobody finds out why: a proxy repeated them',
  fix: 'let no proxy repeat POST (proxy_next_upstream without non_idempotent), and answer 425 to early data',
  recipe: 'idempotency-keys',
  alarms:
    'A collection that lists every version of an item, or an item in two places, shows the same text twice. Make sure that it was not the test client’s own network that sent the request again: ifmatch does not repeat creates.',
  needs: ['create', 'list'],
  catches: ['create-twice'],
  async run(kit) {
    const answer = await kit.resource.tryCreate({ purpose: 'create one item' })
    kit.control(answer.ok, `a create is answered ${answer.shown}`)
    const { marker } = answer.request
    if (marker === undefined) kit.skip('nothing tells one item from another in the collection')
    const { answer: listed, items } = await kit.resource.list({ of: answer.request, purpose: 'count what was made' })
    if (!listed.ok) kit.skip(`the collection is answered ${listed.status}`)
    const found = items.filter((item) => JSON.stringify(item).includes(marker!)).length
    if (found === 0) kit.skip('the collection does not show what was just made')
    kit.prove.that(found === 1, 'one create made several items', `one with "${marker}"`, `${found}`)
  },
})
