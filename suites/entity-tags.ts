import { type Check, check } from './kit/check.ts'

/** What names a version is there. */
export const present: Check = check({
  id: 'entity-tags/present',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §8.8.3.1',
  title: 'a read carries the promised entity tag',
  why: 'without it a client cannot tell which version it edits, and nothing protects its save',
  fix: 'send ETag on every 200 to GET: a version number or a content hash in quotes',
  needs: ['read', 'token'],
  catches: [],
  async run({ resource, prove, skip }) {
    const token = resource.spec.token!
    if (!token.read.some(place => place.part === 'header' && place.name.toLowerCase() === 'etag')) skip('the contract reads the token elsewhere')
    const item = await resource.create()
    const tag = (await item.read()).answer.header('etag')
    if (tag === undefined && !token.promised) skip('reads carry no ETag, and nobody promised one')
    prove.that(tag !== undefined, 'a read carries no ETag', 'an ETag', 'none')
  },
})
