import type { Json, Place } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'

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
