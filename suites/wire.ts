import { type Check, check } from './kit/check.ts'
import { tagOf } from './kit/condition.ts'
import type { Kit } from './kit/kit.ts'
import { overtake } from './kit/overtake.ts'
import { withHeader, withMethod, withoutHeader } from './kit/request.ts'

/** What only the bytes show: client libraries hide it, or mend it. */

/** A 304 ends with its head. */
export const notModifiedEmpty: Check = check({
  id: 'not-modified/no-content',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §15.4.5; RFC 9112 §6.3',
  title: 'a 304 has no content',
  why: 'the bytes behind it are taken for the next answer on the connection: one client reads what was meant for another',
  fix: 'end the answer after the head; let no error page or middleware write to a 304',
  recipe: 'reads',
  alarms:
    'The bytes are read on a connection of their own, without a proxy. What stands in front of the application may add them: compare with the origin.',
  needs: ['guard.fresh'],
  reads: true,
  catches: ['not-modified-with-content'],
  async run(kit) {
    const item = await kit.resource.create()
    const read = withoutHeader(await item.request('read', { purpose: 'read with the current tag' }), 'cache-control')
    const { answer, after } = await kit.bare(withHeader(read, 'If-None-Match', tagOf(kit, item)))
    if (answer.status !== 304) kit.skip(`the read with the current tag is answered ${answer.status}, not 304 (if-none-match/current-304)`)
    nothingBehind(kit, after, 'the 304')
  },
})

/** So does the answer to HEAD. */
export const headEmpty: Check = check({
  id: 'safe-methods/head-no-content',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §9.3.2; RFC 9112 §6.3',
  title: 'the answer to HEAD has no content',
  why: 'the bytes behind it are taken for the next answer on the connection: one client reads what was meant for another',
  fix: 'let HEAD go through the code of GET, and send the head alone',
  recipe: 'reads',
  alarms:
    'The bytes are read on a connection of their own, without a proxy. What stands in front of the application may add them: compare with the origin.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['head-with-content'],
  async run(kit) {
    const item = await kit.resource.create()
    const request = withMethod(await item.request('read', { purpose: 'HEAD' }), 'HEAD')
    const { answer, after } = await kit.bare(request)
    nothingBehind(kit, after, `the ${answer.status} to HEAD`)
  },
})

/** A condition may come late. */
export const lateCondition: Check = check({
  id: 'precedence/late-condition',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §5.3',
  title: 'a condition in the last line of the head, which comes late, is honoured',
  why: 'on a slow line the save is carried out before its condition has arrived',
  fix: 'do nothing before the empty line that ends the head',
  recipe: 'conditions',
  alarms: 'A proxy that gathers the head first hides the fault. 408 for a head that takes too long is a refusal, and safe.',
  needs: ['guard.if-match'],
  catches: ['last-line-unread'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const before = await overtake(kit, item)
    const request = await item.request('write', { token: stale, purpose: 'save with the tag from before, in a line that comes late' })
    const { answer } = await kit.bare(request, 'If-Match')
    kit.prove.unchanged(before, await item.read())
    kit.prove.that(!answer.ok, 'the write was not refused', 'a refusal', answer.shown)
  },
})

/** Who asks before it sends the content is told, and not let through by it. */
export const expectContinue: Check = check({
  id: 'precedence/expect-continue',
  level: 'must',
  severity: 'info',
  source: 'RFC 9110 §10.1.1, §13.1.1',
  title: 'a stale write that expects 100 is refused like any other',
  why: 'clients of large uploads send the field by themselves: their saves go another way through the server, without the condition',
  fix: 'evaluate conditions where the head is read, before 100 is sent',
  recipe: 'conditions',
  alarms: '417 is a refusal too. Whether 100 or the refusal comes first is not judged: both are right.',
  needs: ['guard.if-match'],
  catches: ['expected-unchecked'],
  async run(kit) {
    const item = await kit.resource.create()
    const stale = item.token
    const before = await overtake(kit, item)
    const request = await item.request('write', { token: stale, purpose: 'save with the tag from before, and Expect: 100-continue' })
    const { answer } = await kit.bare(withHeader(request, 'Expect', '100-continue'))
    kit.prove.unchanged(before, await item.read())
    kit.prove.that(!answer.ok, 'the write was not refused', 'a refusal', answer.shown)
  },
})

function nothingBehind(kit: Kit, after: Buffer, what: string): void {
  kit.prove.that(
    after.length === 0,
    `there are bytes behind ${what}`,
    'the end of the connection',
    `${after.length} bytes: ${JSON.stringify(after.subarray(0, 60).toString())}`,
  )
}
