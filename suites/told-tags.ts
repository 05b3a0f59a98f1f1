import { isDeepStrictEqual } from 'node:util'
import { readPointer } from '../http/pointer.ts'
import { readPlaces } from '../spec/places.ts'
import type { Json, Place, Token } from '../spec/contract.ts'
import { type Check, check } from './kit/check.ts'

/** Tags that are told in other places than the header of a read. */

/** Header and content speak of one version. */
export const bodyMirror: Check = check({
  id: 'entity-tags/content-says-the-same',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 7644 §3.14; OData 4.01 §11.4.1.1; AIP-154',
  title: 'a version in the content is the one in the header',
  why: 'a client that saves with the wrong one of the two is refused for ever, or protected by nothing',
  fix: 'make both from the same column, in one place',
  recipe: 'validators',
  alarms:
    'Quotes and W/ are left out of the comparison. Only members that the contract reads the token from beside the header, or that are called by one of the usual names, are compared; a version of something else under such a name is not meant.',
  needs: ['create', 'read'],
  catches: ['content-version-lags'],
  async run(kit) {
    const item = await kit.resource.create()
    for (let round = 0; round < 2; round++) {
      const { answer, payload } = await item.read()
      const tag = answer.header('etag') ?? kit.skip('reads carry no ETag')
      const said = mirrors(kit.resource.spec.token).map((place) => readPlaces([place], answer))
      const named = usual.map((pointer) => readPointer(payload, pointer) as Json | undefined)
      const [told] = [...said, ...named].filter((value) => typeof value === 'string' || typeof value === 'number')
      if (told === undefined) kit.skip('the content tells no version')
      kit.prove.that(plain(String(told)) === plain(tag), 'content and header tell two versions', tag, String(told))
      if (kit.resource.spec.operations.has(kit.role)) await item.write()
    }
  },
})

/** Members that are a tag by their name, or by the standard that gave it to them (FHIR). */
const usual = ['/@odata.etag', '/_etag', '/etag', '/meta/versionId']

/**
 * Where the content tells the version that the tag tells too. A version that is read from the content alone has nothing to do with a tag beside it,
 * which frameworks make of the bytes for caches.
 */
function mirrors(token: Token | undefined): Place[] {
  const places = token?.read ?? []
  const isTag = places.some(({ part, name }) => part === 'header' && name.toLowerCase() === 'etag')
  return isTag ? places.filter(({ part }) => part === 'body') : []
}

/** A version without its dress. */
function plain(text: string): string {
  return text.replace(/^W\//, '').replace(/^"(.*)"$/s, '$1')
}

/** A PUT answered with a tag says: I have what you sent, to the byte. */
export const putHonest: Check = check({
  id: 'entity-tags/put-stored-as-sent',
  level: 'must',
  severity: 'info',
  source: 'RFC 9110 §9.3.4',
  title: 'a PUT is answered with a tag only where what was sent is stored as it was sent',
  why: 'a client takes its own copy for the stored one, and takes out what the server added when it saves again',
  fix: 'leave ETag out of the answer to a PUT whose content you change, or show the stored content in the answer',
  recipe: 'validators',
  alarms: 'Nearly every JSON API adds an id or a date, and several guidelines ask for the tag (Azure, FHIR): it is told, and never more.',
  needs: ['create', 'read', 'replace'],
  catches: ['stored-otherwise'],
  async run(kit) {
    const item = await kit.resource.create()
    const request = await item.request('replace', { purpose: 'replace it' })
    if (request.method !== 'PUT') kit.skip(`the replace is a ${request.method}`)
    const answer = await kit.send(request)
    kit.control(answer.ok, `the replace is answered ${answer.shown}`)
    if (answer.header('etag') === undefined) kit.skip('a PUT is answered without a tag')
    const stored = await item.read()
    kit.prove.that(
      isDeepStrictEqual(stored.answer.body, request.body),
      'a PUT is answered with a tag, but what is stored is not what was sent',
      JSON.stringify(request.body),
      stored.answer.shown,
    )
  },
})
