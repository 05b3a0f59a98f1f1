import { readPointer } from '../http/pointer.ts'
import type { Json, Place, Rule } from '../spec/contract.ts'
import { plain, readPlace, writePlace } from '../spec/places.ts'
import { type Check, check } from './kit/check.ts'
import type { Item, Kit } from './kit/kit.ts'
import type { Request } from './kit/request.ts'

/** Requests that speak of two things at once. */

/** The address decides. */
export const mismatchedPut: Check = check({
  id: 'state/other-id-not-written',
  level: 'should',
  severity: 'warn',
  source: 'RFC 9110 §9.3.4; JSON:API 1.1',
  title: 'a replace whose content has the id of another item does not touch that one',
  why: 'a slip in one form overwrites the record of somebody else',
  fix: 'take the id from the path; refuse a content that says another one (400, 409, 422), or leave it out',
  recipe: 'compare-and-write',
  alarms: 'To ignore the id in the content is as right as to refuse it.',
  needs: ['create', 'read', 'replace', 'write'],
  catches: ['id-in-content-wins'],
  async run(kit) {
    const { spec } = kit.resource
    const places = spec.parameters.length > 0 ? (spec.identity.get(spec.parameters.at(-1)!) ?? []) : []
    const inBody = ({ part, name }: Place): boolean => part === 'body' && /^\/[^/]+$/.test(name)
    const at = places.find(inBody)?.name ?? kit.skip('the content does not tell the id')
    const [one, other] = [await kit.resource.create(), await kit.resource.create({ purpose: 'create another' })]
    const before = await other.read()
    const request = await one.request('replace', { purpose: 'replace the one, with the id of the other in the content' })
    if (typeof request.body !== 'object' || request.body === null || Array.isArray(request.body)) return kit.skip('the content is no map')
    const id: Json = (before.payload as { [name: string]: Json })[at.slice(1)] ?? other.id
    const answer = await kit.send({ ...request, body: { ...request.body, [at.slice(1)]: id } })
    kit.prove.unchanged(before, await other.read())
    kit.prove.that(answer.status < 500, 'the request is a server error', 'a success or a refusal', answer.shown)
  },
})

/** What must agree, as the contract says. */
export const mismatchRefused: Check = check({
  id: 'state/mismatch-refused',
  level: 'contract',
  severity: 'fail',
  source: 'the contract’s rule `mismatch`',
  title: 'a write that names one item here and another there is refused and changes neither',
  why: 'of two that the request names the server picks one, and the client believes that it was the other',
  fix: 'compare the places before anything else is done; answer as the contract says',
  recipe: 'compare-and-write',
  alarms:
    'A server that goes by the address and pays no regard to the content is safe; it is the contract that promises a refusal. Correct whichever of the two is wrong.',
  needs: ['create', 'read', 'write', 'rule.mismatch'],
  catches: ['mismatch-not-checked', 'mismatch-refused-but-done'],
  async run(kit) {
    const rule = kit.rule('mismatch')
    const role =
      (['replace', 'patch'] as const).find((role) => [...rule.for, ...rule.unpromised].includes(role)) ??
      kit.skip('the rule speaks neither of replace nor of patch')
    const odd = rule.places.findLast(({ part }) => part !== 'path') ?? kit.skip('all places that must agree are in the path')
    const [one, other] = [await kit.resource.create(), await kit.resource.create({ purpose: 'create another' })]
    const agreed = await agreeing(kit, one, rule, role)
    const control = await kit.send({ ...agreed, purpose: `control: ${role} with all places in agreement` })
    kit.control(control.ok, `a ${role} whose places agree is answered ${control.shown}`)
    const [before, untouched] = [await one.read(), other.last]
    const request = writePlace(odd, idAt(odd, other), await agreeing(kit, one, rule, role))
    const answer = await kit.send({ ...request, purpose: `${role} with the id of another item at ${odd.written}` })
    kit.prove.unchanged(before, await one.read({ purpose: 'see that the addressed item is as it was' }))
    kit.prove.unchanged(untouched, await other.read({ purpose: 'see that the other is as it was' }))
    kit.prove.outcome(answer, 'blocked', { of: rule })
  },
})

/** The write of an item with its id at every place that must agree. */
async function agreeing(
  kit: Kit,
  item: Item,
  { places }: Extract<Rule, { kind: 'mismatch' }>,
  role: 'replace' | 'patch',
): Promise<Request> {
  const request = await item.request(role)
  const said = places.map((place) => readPlace(place, request)).filter((value) => value !== undefined)
  if (said.length === 0 || said.some((value) => plain(value) !== item.id)) kit.skip('what must agree is not the id of the item')
  return places.filter(({ part }) => part !== 'path').reduce((next, place) => writePlace(place, idAt(place, item), next), request)
}

/** The id of an item as it stands at a place: in a body with the type that reads show there. */
function idAt({ part, name }: Place, item: Item): Json {
  const shown = part === 'body' ? (readPointer(item.last.answer.body, name) as Json | undefined) : undefined
  return shown !== undefined && plain(shown) === item.id ? shown : item.id
}
