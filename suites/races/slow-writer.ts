import { withheldFor } from '../delivery/held-body.ts'
import { type Check, check } from '../kit/check.ts'
import type { Item, Kit } from '../kit/kit.ts'

/** Who writes slowly keeps nobody waiting. */
export const slowWriter: Check = check({
  id: 'races/slow-writer',
  level: 'practice',
  severity: 'warn',
  source: 'no standard; RFC 9112 §9.5 lets a server wait for content as long as it likes',
  title: 'while the content of a write is on its way, the item can be read',
  why: 'one phone in a tunnel keeps everybody from the item, and who sends a content that never ends does so at will',
  fix: 'take the lock, or begin the transaction, when the content is there and not when its head is; or let a proxy gather requests first',
  recipe: 'compare-and-write',
  alarms:
    'Nothing is lost by waiting. A server that does one thing at a time (many are so in development) lets a read of any item wait: that is looked at, and then nothing is said.',
  needs: ['create', 'read', 'write'],
  catches: ['locked-while-content-arrives'],
  races: true,
  async run(kit) {
    if (kit.room < 2) kit.skip('the target is sent one request at a time')
    // an upload is what has arrived of a content: to ask how much that is may have to wait for it
    if (kit.resource.spec.token?.bumps === 'append-length') kit.skip('what is appended is stored as it arrives')
    const item = await kit.resource.create()
    // once may be chance, and a server at work with something else
    for (const time of ['', ', again']) {
      if (!(await waits(kit, item, item, `read it meanwhile${time}`)))
        return kit.prove.that(true, 'a read waits for the content of a write', 'an answer before the content', 'one')
      const other = await kit.resource.create({ purpose: 'create another' })
      if (await waits(kit, item, other, `read the other meanwhile${time}`))
        kit.skip('while the content of a write is on its way, reads of other items wait too: the server does one thing at a time')
    }
    kit.prove.that(
      false,
      'a read waits for the content of a write',
      'an answer while half of the content is still to come, as to a read of another item',
      `none in ${withheldFor / 1000} s, twice`,
    )
  },
})

/** How often a read that got no whole answer is tried: one that meets the write may be broken off, which tells nothing of waiting. */
const tries = 3

/** Holds the content of a write until a read is answered. @returns whether that one had to wait for the other */
async function waits(kit: Kit, item: Item, read: Item, purpose: string): Promise<boolean> {
  let reason: string | undefined
  for (let time = 0; time < tries; time++) {
    const write = await item.request(kit.role, { purpose: 'write, half of the content held' })
    if (write.body === undefined) kit.skip('the write has no content that could be held')
    const look = await read.request('read', { purpose })
    const [, answered] = await kit.meet([write, look], await item.request('read'), 'withheld')
    if (answered?.answer !== undefined) return answered.returned - answered.called >= withheldFor * 0.95
    reason = answered?.error?.message
  }
  return kit.inconclusive(`${purpose}: ${reason ?? 'no answer'}`)
}
