import { parseEntityTag, parseEntityTagList } from '../http/entity-tag.ts'
import { type Check, check } from './kit/check.ts'
import { isTagToken, tagOf } from './kit/tag-of.ts'
import { sameToken } from './kit/token.ts'

const isWeak = (tag: string): boolean => tag.startsWith('W/')

export const present: Check = check({
  id: 'entity-tags/present',
  level: 'contract',
  severity: 'fail',
  source: 'RFC 9110 §8.8.3.1',
  title: 'a read carries the promised entity tag',
  why: 'without it a client cannot tell which version it edits, and nothing protects its save',
  fix: 'send ETag on every 200 to GET: a version number or a content hash, in quotes',
  recipe: 'validators',
  alarms:
    'HTTP does not ask for ETags: this fails only because the contract promises one. A proxy that rewrites content may take the tag away.',
  needs: ['read', 'token'],
  reads: true,
  catches: ['tag-missing'],
  async run(kit) {
    const { resource, prove, skip } = kit
    if (!isTagToken(kit)) skip('the contract reads the token elsewhere')
    const { answer } = await (await resource.create()).read()
    const tag = answer.header('etag')
    if (tag === undefined && !resource.spec.token!.promised) skip('reads carry no ETag, and nobody promised one')
    prove.that(tag !== undefined, 'a read carries no ETag', 'an ETag', 'none')
  },
})

export const syntax: Check = check({
  id: 'entity-tags/syntax',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.3',
  title: 'an entity tag is a quoted string, behind W/ if it is weak',
  why: 'clients and caches drop or mangle what is no entity tag, and conditional writes then always fail or run unprotected',
  fix: 'put the value in double quotes: ETag: "42"; write the mark of a weak one as W/ in capitals before the quotes',
  recipe: 'validators',
  alarms: 'An empty tag `""`, commas, colons and bytes beyond ASCII are legal within the quotes.',
  needs: ['create', 'read', 'etag'],
  reads: true,
  catches: ['tag-unquoted'],
  async run(kit) {
    const item = await kit.resource.create()
    const { answer } = item.last
    tagOf(answer, kit)
    for (const [what, { headers }] of [
      ['the create', item.created],
      ['the read', answer],
    ] as const) {
      for (const [name, value] of headers.filter(([name]) => name.toLowerCase() === 'etag')) {
        // two tags in one field are another check's matter
        const listed = parseEntityTagList(value)
        const isTag = parseEntityTag(value) !== undefined || (Array.isArray(listed) && listed.length > 1)
        kit.prove.that(
          isTag,
          `the ${name} on ${what} is no entity tag`,
          'an opaque text in double quotes, W/ before it if it is weak',
          value,
        )
        if (value.startsWith('"W/')) kit.note(`${value} is a strong tag whose text begins with W/; a weak one is written W/"…"`)
      }
    }
  },
})

export const single: Check = check({
  id: 'entity-tags/single',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §5.3, §8.8.3',
  title: 'a response carries one entity tag',
  why: 'clients send back the joined value, which can never match',
  fix: 'let either the framework or the gateway add ETag, not both',
  recipe: 'validators',
  alarms: 'A comma within the quotes of one tag is fine. The second tag often comes from a gateway.',
  needs: ['create', 'read', 'etag'],
  reads: true,
  catches: ['tag-twice'],
  async run(kit) {
    const { answer } = await (await kit.resource.create()).read()
    tagOf(answer, kit)
    const lines = answer.lines('etag')
    kit.prove.that(lines.length === 1, 'a read carries several ETag lines', 'one', lines.join(' and '))
    const listed = parseEntityTagList(lines[0]!)
    kit.prove.that(!Array.isArray(listed) || listed.length < 2, 'a read carries a list of tags', 'one tag', lines[0]!)
  },
})

export const changesOnWrite: Check = check({
  id: 'entity-tags/changes-on-write',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.1',
  title: 'the tag changes when the content changes, also twice within one second',
  why: 'a save with the old tag passes If-Match and erases what was saved between; caches keep showing the old content',
  fix: 'make the tag from a version that each write increases, or from a hash of the content; a time in seconds is too coarse',
  recipe: 'validators',
  alarms:
    'A write that changes nothing may keep its tag, and replicas or asynchronous writes may show the old content for a while. A weak tag may leave out members that the server takes for insignificant.',
  needs: ['write', 'etag'],
  catches: ['tag-constant', 'tag-by-second'],
  async run(kit) {
    const item = await kit.resource.create()
    const first = item.last
    tagOf(first.answer, kit)
    let before = first
    for (let round = 0; round < 3; round++) {
      // at last what was there at first: a tag made from the content comes back with it, and may
      const back = round === 2 && typeof first.marker === 'string' ? first.marker : undefined
      await item.write(back === undefined ? {} : { marker: back })
      const after = await item.read()
      const [old, now] = [tagOf(before.answer, kit), tagOf(after.answer, kit)]
      kit.control(before.answer.text !== after.answer.text, 'two reads with a write between them are the same to the byte')
      if (isWeak(old) && sameToken(old, now)) {
        // what a weak tag stands for is the server's to say (RFC 9110 §8.8.1: SHOULD change)
        kit.note(`the weak tag ${old} stayed although a member that clients write has changed`)
        kit.prove.exists(after)
        return
      }
      kit.prove.that(!sameToken(old, now), 'the content changed, its strong tag did not', `another tag than ${old}`, 'the same tag')
      before = after
    }
  },
})

export const stable: Check = check({
  id: 'entity-tags/stable',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §8.8.1, RFC 4918 §8.6',
  title: 'the tag stays while the content stays',
  why: 'every save is refused although nobody else has edited anything',
  fix: 'make the tag from the stored version or content, not from the time of the request, a random value or the node that answers',
  recipe: 'validators',
  alarms:
    'Background jobs may really change the item between two reads, and HTTP allows a new tag for the same content. What it costs is real all the same: conflicts where nobody wrote.',
  needs: ['create', 'read', 'etag'],
  catches: ['tag-per-read'],
  async run(kit) {
    const item = await kit.resource.create()
    const first = item.last
    const tag = tagOf(first.answer, kit)
    await kit.resource.create({ purpose: 'create another item, which is none of its business' })
    for (let round = 0; round < 4; round++) {
      const { answer } = await item.read()
      if (answer.text !== first.answer.text) kit.skip('the content differs between two reads with no write between them')
      kit.prove.that(
        sameToken(answer.header('etag'), tag),
        'the tag changes from read to read, the content does not',
        tag,
        answer.header('etag') ?? 'none',
      )
    }
  },
})

export const sameTagSameBytes: Check = check({
  id: 'entity-tags/same-bytes',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §8.8.1, §8.8.3',
  title: 'a strong tag stands for the same bytes in every read',
  why: 'resumed downloads and caches that rely on the bytes mix two versions',
  fix: 'leave counters, nonces and times of the request out of the content, or mark the tag as weak',
  recipe: 'validators',
  alarms:
    'Mostly harmless for locking: counters, signed links and times of the request in the content break the promise of a strong tag to the letter. Another order of the members counts as other bytes too.',
  needs: ['create', 'read', 'etag'],
  reads: true,
  catches: ['content-per-read'],
  async run(kit) {
    const item = await kit.resource.create()
    const first = await item.read({ strong: true })
    const tag = tagOf(first.answer, kit)
    if (isWeak(tag)) kit.skip(`the tag ${tag} is weak and promises no bytes`)
    for (let round = 0; round < 2; round++) {
      const { answer } = await item.read()
      const same = answer.text === first.answer.text || answer.header('etag') !== tag
      kit.prove.that(same, `two reads with the strong tag ${tag} differ`, first.answer.shown, answer.shown)
    }
  },
})

export const neverReused: Check = check({
  id: 'entity-tags/never-reused',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.1, RFC 4918 §8.8',
  title: 'the tag of a deleted item does not fit the next one of its name',
  why: 'a client that still holds the old item silently overwrites an unrelated new one',
  fix: 'do not start the version of a re-created item at 1 again: draw it from one sequence, or hash the content',
  recipe: 'validators',
  alarms:
    'A tag that is a hash of the content comes back with the content, and may. Where the server picks the ids, no name is ever used again.',
  needs: ['guard.if-match', 'replace', 'delete', 'etag'],
  catches: ['tag-restarts'],
  async run({ resource, prove, skip, note }) {
    const chosen = [...resource.spec.identity.values()].some((places) => places.some((place) => place.message === 'request'))
    if (!chosen) skip('the server chooses the ids, so no two items have one name')
    const first = await resource.create()
    const old = first.token
    await first.remove()
    const again = await resource.tryCreate({ path: first.path, purpose: 'create another item of the same name' })
    if (!again.ok) skip(`a name that was deleted is not free again: ${again.status}`)
    const item = (await resource.found(again)) ?? skip('the answer to the create does not say what was created')
    const second = await item.read()
    if (!sameToken(second.token, old)) return prove.tokenChanged(first.last, second)
    if (second.answer.text === first.last.answer.text) skip('both items are the same to the byte')
    await item.write({ token: old, purpose: 'save with the token of the item that was deleted' })
    prove.unchanged(second, await item.read())
    note(`the tag ${old} stands for two items, but no write passed with it`)
  },
})
