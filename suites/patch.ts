import { isDeepStrictEqual } from 'node:util'
import { parsePointer, readPointer } from '../http/pointer.ts'
import type { Json } from '../spec/contract.ts'
import type { Answer } from './kit/answer.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import { otherMember } from './kit/other-member.ts'
import { type Request, withBody, withHeader, withoutHeader } from './kit/request.ts'
import { sendPointer } from './kit/whole.ts'

/** PATCH: the whole change or none of it (RFC 5789 §2, RFC 6902, RFC 7396). */

type Members = { [name: string]: Json }

/** Half an edit is worse than none. */
export const allOrNothing: Check = check({
  id: 'patch/all-or-nothing',
  level: 'must',
  severity: 'fail',
  source: 'RFC 5789 §2',
  title: 'a patch that is refused for one of its members changes none of them',
  why: 'half an edit is saved: the new price without the new currency',
  fix: 'validate the whole result before you store any of it, or do it in one transaction',
  recipe: 'compare-and-write',
  alarms:
    'A server that ignores what it does not know applies the rest, which is no half patch: where the patch is accepted, the check is skipped. PATCH of bytes (resumable uploads) may keep a beginning.',
  needs: ['create', 'read', 'patch', 'write'],
  catches: ['patch-half-applied'],
  async run(kit) {
    const item = await kit.resource.create()
    const { marker, other } = members(kit, item)
    for (const order of [
      [marker, other],
      [other, marker],
    ]) {
      const before = await item.read()
      const body = Object.fromEntries(order.map((name) => [name, name === marker ? kit.fresh() : { [kit.fresh()]: [null] }]))
      const request = await patchOf(kit, item, 'application/merge-patch+json', body)
      const answer = await kit.send({ ...request, purpose: `patch ${marker} with a text and ${other} with what it cannot be` })
      if (answer.ok) kit.skip(`a patch of ${other} with a map in which there is a list is accepted`)
      kit.prove.unchanged(before, await item.read())
    }
    const alone = await patchOf(kit, item, 'application/merge-patch+json', { [marker]: kit.fresh() })
    const control = await kit.send({ ...alone, purpose: `control: patch ${marker} alone` })
    kit.control(control.ok, `a patch of ${marker} alone is answered ${control.shown}`)
  },
})

/** Compare and set, as JSON Patch has it. */
export const failedTest: Check = check({
  id: 'patch/failed-test-changes-nothing',
  level: 'must',
  severity: 'fail',
  source: 'RFC 6902 §4.6, §5',
  title: 'a JSON Patch with a test that fails is refused and changes nothing',
  why: 'clients that compare and set by `test` overwrite each other without a word',
  fix: 'apply all operations to a copy, and store it only when every one of them has succeeded',
  recipe: 'compare-and-write',
  alarms:
    'No source fixes the status: 400, 409, 412 and 422 are all seen and accepted. It is only held against operations that declare application/json-patch+json.',
  needs: ['create', 'read', 'patch', 'write'],
  catches: ['json-patch-test-ignored', 'json-patch-half-applied'],
  async run(kit) {
    const item = await kit.resource.create()
    const path = sendPointer(kit.resource.spec) + kit.resource.spec.marker!
    const replace = (): Json => ({ op: 'replace', path, value: kit.fresh() })
    const test = (): Json => ({ op: 'test', path, value: kit.fresh() })
    for (const body of [
      [test(), replace()],
      [replace(), test()],
    ]) {
      const before = await item.read()
      const request = await patchOf(kit, item, 'application/json-patch+json', body)
      const answer = await kit.send({ ...request, purpose: 'patch with a test that fails' })
      kit.prove.unchanged(before, await item.read())
      kit.prove.refused(answer)
    }
    const one = replace() as Members
    const marker = String(one['value'])
    const control = await kit.send({ ...(await patchOf(kit, item, 'application/json-patch+json', [one])), marker })
    kit.control(control.ok, `a patch without a test is answered ${control.shown}`)
    kit.prove.stored(await item.read(), marker)
  },
})

/** What nobody can read is not applied. */
export const unknownFormat: Check = check({
  id: 'patch/unknown-format-refused',
  level: 'should',
  severity: 'warn',
  source: 'RFC 5789 §2.2',
  title: 'a patch of an unknown media type is refused and changes nothing',
  why: 'a list of operations is stored as if it were the item, or is dropped with a 200',
  fix: 'answer 415 with Accept-Patch to every media type that is not one of yours',
  recipe: 'problem-details',
  alarms:
    '400 and 406 are accepted beside 415. Some frameworks read any content as JSON; then the patch is understood by luck, and a list of operations would be stored.',
  needs: ['create', 'read', 'patch', 'write'],
  catches: ['patch-any-format'],
  async run(kit) {
    const item = await kit.resource.create()
    const before = item.last
    const request = withHeader(await item.request('patch'), 'Content-Type', 'application/x-ifmatch-unknown')
    const answer = await kit.send({ ...request, purpose: 'patch with a media type that nobody knows' })
    kit.prove.refused(answer)
    kit.prove.unchanged(before, await item.read())
    await item.write({ role: 'patch', purpose: 'control: patch with the declared media type' })
  },
})

/** RFC 7396 in a nutshell. */
export const nullRemoves: Check = check({
  id: 'patch/null-removes',
  level: 'must',
  severity: 'info',
  source: 'RFC 7396 §1, §2',
  title: 'in a merge patch null removes a member, and members that are not named stay',
  why: 'a client cannot take back what it once set, or sends one member and loses the others',
  fix: 'tell "null" from "not there" when you read the patch',
  recipe: 'merge-in-the-client',
  alarms: 'Members that must be there may refuse null, and then the check is skipped. A member that is shown as null counts as removed.',
  needs: ['create', 'read', 'patch', 'write'],
  catches: ['merge-patch-null-ignored'],
  async run(kit) {
    const item = await kit.resource.create()
    const { marker, other } = members(kit, item)
    const before = await item.read()
    const answer = await kit.send({
      ...(await patchOf(kit, item, 'application/merge-patch+json', { [other]: null })),
      purpose: `patch ${other} with null`,
    })
    if (!answer.ok) kit.skip(`${other} cannot be removed: ${answer.shown}`)
    const after = (await item.read()).payload as Members
    const was = (before.payload as Members)[other]
    kit.prove.that(
      !isDeepStrictEqual(after[other], was),
      'null did not remove the member',
      `no ${other}, or null`,
      JSON.stringify(after[other]),
    )
    kit.prove.that(
      isDeepStrictEqual(after[marker], (before.payload as Members)[marker]),
      'a member that the patch does not name has changed',
      JSON.stringify((before.payload as Members)[marker]),
      JSON.stringify(after[marker]),
    )
  },
})

/** Nobody sees half an edit. */
export const neverHalfSeen: Check = check({
  id: 'patch/never-half-seen',
  level: 'must',
  severity: 'warn',
  source: 'RFC 5789 §2',
  title: 'reads beside a patch of two members show both changed or neither',
  why: 'who reads at the wrong moment acts on the new price in the old currency',
  fix: 'change all members in one statement, or in a transaction that readers do not look into',
  recipe: 'compare-and-write',
  alarms:
    'A few reads beside a few patches prove little where nothing is found. Copies that lag behind by member, and lists, are not meant: the item itself is read.',
  needs: ['create', 'read', 'patch', 'write'],
  catches: ['patch-seen-half'],
  async run(kit) {
    const item = await kit.resource.create()
    const { marker, other } = members(kit, item)
    if (typeof (item.last.payload as Members)[other] !== 'string') kit.skip(`${other}, the other member, is no text`)
    const both = async (): Promise<Request> => {
      const word = kit.fresh()
      return { ...(await patchOf(kit, item, 'application/merge-patch+json', { [marker]: word, [other]: word })), marker: word }
    }
    const first = await kit.send({ ...(await both()), purpose: 'control: patch two members with one word' })
    kit.control(first.ok, `a patch of two members is answered ${first.shown}`)
    await item.read()
    const read = withoutHeader(await item.request('read', { purpose: 'read beside it' }), 'If-Match')
    const halves = (answer: Answer): Json[] => [marker, other].map((name) => readPointer(answer.body, `/${name}`) as Json)
    const [one, same] = halves(await kit.send(read))
    if (one === undefined || one !== same) kit.skip('the two members are not stored as they are sent')
    for (let round = 0; round < 5; round++) {
      await item.read()
      const request = { ...(await both()), purpose: 'patch two members with one word' }
      const answers = await Promise.all([kit.send(request), ...[1, 2, 3].map(() => kit.send(read))])
      for (const answer of [...answers.slice(1), await kit.send(read)].filter(({ ok }) => ok)) {
        const [left, right] = halves(answer)
        kit.prove.that(
          left === right,
          'a read shows half of a patch',
          `${marker} and ${other} alike`,
          `${String(left)} and ${String(right)}`,
        )
      }
    }
  },
})

/** A part is not the whole. */
export const contentRange: Check = check({
  id: 'patch/content-range-refused',
  level: 'should',
  severity: 'info',
  source: 'RFC 9110 §14.5',
  title: 'a PUT with Content-Range is refused with 400 where parts cannot be put',
  why: 'the client sends a part, and the part stands where the whole was',
  fix: 'answer 400 to a PUT with Content-Range, unless you store parts',
  recipe: 'conditions',
  alarms:
    'Servers that do not know the field ignore it, as they may any field (RFC 9110 §9.3.4); here the whole content is sent, so that nothing is lost.',
  needs: ['create', 'read', 'replace', 'write'],
  catches: ['content-range-ignored'],
  async run(kit) {
    const { operation } = kit.resource.spec.operations.get('replace')!
    if (operation.method !== 'PUT') kit.skip(`the replace is a ${operation.method}`)
    if (operation.parameters.some(({ name }) => name.toLowerCase() === 'content-range')) kit.skip('the document says that parts can be put')
    const item = await kit.resource.create()
    const before = item.last
    const request = await item.request('replace', { purpose: 'PUT with Content-Range' })
    const answer = await kit.send(withHeader(request, 'Content-Range', 'bytes 0-1/1000000'))
    kit.prove.refused(answer)
    kit.prove.unchanged(before, await item.read())
  },
})

/** A patch of this media type with the current token; the whole check is skipped where the operation does not take it. */
async function patchOf(kit: Kit, item: Item, type: string, body: Json): Promise<Request> {
  const { operation } = kit.resource.spec.operations.get('patch')!
  const types = operation.request?.content.map((content) => content.type) ?? []
  const plain = type === 'application/merge-patch+json' && types.includes('application/json') ? 'application/json' : undefined
  const sent = types.includes(type) ? type : (plain ?? kit.skip(`patches are not declared as ${type}`))
  // what the fixture would have put at the marker is not in this body: no read is to wait for it
  const { marker: _marker, ...request } = await item.request('patch')
  return withHeader(withBody(request, body), 'Content-Type', sent)
}

/** The marker, and another member of the content that clients write and nothing else speaks of. */
function members(kit: Kit, item: Item): { marker: string; other: string } {
  const { spec } = kit.resource
  const [marker, ...deeper] = parsePointer(spec.marker ?? '')
  if (marker === undefined || deeper.length > 0 || sendPointer(spec) !== '') kit.skip('the content is no map of members')
  const other = otherMember(kit, item, '', marker)
  return { marker, other: other ?? kit.skip('the content has no other member that clients write') }
}
