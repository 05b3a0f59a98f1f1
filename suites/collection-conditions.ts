import { type Check, check } from './kit/check.ts'
import { withHeader } from './kit/request.ts'

/** `If-None-Match: *` on a collection asks whether the collection is there. */
export const starOnCollection: Check = check({
  id: 'create-only/star-on-collection',
  level: 'must',
  severity: 'info',
  source: 'RFC 9110 §13.1.2',
  title: 'a POST to a collection with If-None-Match: * is performed, or refused with 412 and makes nothing',
  why: 'developers believe that it keeps them from creating twice, and it does not',
  fix: 'ignore it or answer 412; for creates that must not happen twice take a unique value or an idempotency key',
  recipe: 'create-only',
  alarms:
    'Both ways are right: the condition is about the collection, which exists. Only a server error, or a refusal that made something, is told.',
  needs: ['create', 'list'],
  catches: ['star-on-collection-fails'],
  async run(kit) {
    const request = await kit.resource.request('create', { purpose: 'create with If-None-Match: *' })
    if (request.method !== 'POST') kit.skip('the client chooses where the item is')
    const answer = await kit.send(withHeader(request, 'If-None-Match', '*'))
    kit.prove.that(answer.status < 500, 'the condition is a server error', 'a success, or 412', answer.shown)
    if (answer.ok || request.marker === undefined) return
    const { items } = await kit.resource.list({ of: request, purpose: 'see that nothing was made' })
    const made = items.some((item) => JSON.stringify(item).includes(request.marker!))
    kit.prove.that(!made, 'the refused create made an item', 'nothing new', answer.shown)
  },
})
