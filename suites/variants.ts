import { type Check, check } from './kit/check.ts'
import type { Answer } from './kit/answer.ts'
import { tagOf } from './kit/condition.ts'
import type { Item, Kit } from './kit/kit.ts'
import { mustBeMatchable } from './kit/matchable.ts'
import { withHeader } from './kit/request.ts'
import { tokenIn } from './kit/token.ts'

/** One item in several forms: coded or not, in another media type or language (RFC 9110 §8.8.3.3, §12.5). */

/** Gzip and plain content are other bytes. */
export const codingsDiffer: Check = check({
  id: 'entity-tags/coding-distinct',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.1, §8.8.3.3',
  title: 'a strong tag does not stand for compressed and plain content at once',
  why: 'caches mix compressed and plain bytes under one tag, and resumed downloads are broken',
  fix: 'let whoever compresses weaken the tag or add to it (nginx and HAProxy weaken, Apache appends -gzip)',
  recipe: 'compression',
  alarms:
    'Content-Encoding counts here, Transfer-Encoding does not. The cause often stands in front of the application: compare with the origin before the application is changed. A weak tag may be shared by both forms.',
  needs: ['create', 'read'],
  reads: true,
  catches: ['gzip-same-tag'],
  async run(kit) {
    const item = await kit.resource.create()
    const plain = await readAs(kit, item, { 'Accept-Encoding': 'identity' }, 'read it plain')
    const coded = await readAs(kit, item, { 'Accept-Encoding': 'gzip' }, 'read it compressed')
    const tag = strongTag(kit, plain)
    const codings = [plain, coded].map((answer) => answer.header('content-encoding') ?? 'none')
    if (codings[0] === codings[1]) kit.skip(`with and without gzip the content is coded alike (${codings[0]})`)
    kit.prove.that(
      coded.header('etag') !== tag,
      'compressed and plain content have one strong tag',
      `another tag than ${tag}, or a weak one`,
      `${tag} with the codings ${codings.join(' and ')}`,
    )
  },
})

/** The tag of a compressed read is as good as any. */
export const codedTagWorks: Check = check({
  id: 'entity-tags/gzip-tag-usable',
  level: 'practice',
  severity: 'warn',
  source: 'RFC 9110 §8.8.3.3, §7.7',
  title: 'the tag that a client with gzip was given works in its writes',
  why: 'browsers always ask for gzip: they are refused for ever, while the same save works with curl',
  fix: 'compress without touching tags of what is edited, or take the suffix or W/ of the proxy off before you compare',
  recipe: 'compression',
  alarms:
    'Each part may be right by itself: a proxy must change or weaken the strong tag of what it compresses, and the origin compares it strongly. It is the two together that keep browsers from saving.',
  needs: ['guard.if-match'],
  catches: ['gzip-tag-unknown', 'edge-weakens-tags'],
  async run(kit) {
    const item = await kit.resource.create()
    const known = tagOf(kit, item)
    mustBeMatchable(kit, known)
    const coded = await readAs(kit, item, { 'Accept-Encoding': 'gzip' }, 'read it as a browser does')
    const tag = tokenIn(coded, kit.guard.token) ?? kit.skip('a read with gzip carries no token')
    const answer = await item.tryWrite({ token: tag, purpose: 'save with the tag that came with gzip' })
    if (!answer.ok) {
      const plain = await item.tryWrite({ token: known, purpose: 'control: save with the tag that came without' })
      if (!plain.ok) kit.blocked('if-match/current-performed', `a write with the tag that came without gzip is answered ${plain.shown}`)
    }
    kit.prove.that(answer.ok, 'the tag that came with gzip does not work in a write', 'a 2xx', `${String(tag)}: ${answer.shown}`)
  },
})

/** So are other media types and languages. */
export const variantsDiffer: Check = check({
  id: 'entity-tags/variants-distinct',
  level: 'must',
  severity: 'warn',
  source: 'RFC 9110 §8.8.1, §12.5.5',
  title: 'a strong tag does not stand for two media types or languages',
  why: 'a cache confirms the French text to who reads German, or the XML to who asked for JSON',
  fix: 'make media type and language part of what the tag is made from, or mark it as weak',
  recipe: 'validators',
  alarms:
    'Only answers whose Content-Type or Content-Language differs are compared; forms with the same bytes may share a tag, and so may all forms under a weak one (OData does so on purpose).',
  needs: ['create', 'read'],
  reads: true,
  catches: ['variants-share-tag'],
  async run(kit) {
    const item = await kit.resource.create()
    const usual = await readAs(kit, item, {}, 'read it as usual')
    const tag = strongTag(kit, usual)
    const declared = kit.resource.spec.operations
      .get('read')!
      .operation.responses.filter(({ status }) => status.startsWith('2'))
      .flatMap(({ content }) => content.map(({ type }) => type))
    const wishes = [
      ...[...new Set([...declared, 'application/xml'])].slice(0, 3).map((type) => ({ Accept: type })),
      { 'Accept-Language': 'de' },
      { 'Accept-Language': 'fr' },
    ]
    let forms = 0
    for (const wish of wishes) {
      const answer = await readAs(kit, item, wish, `read it with ${Object.entries(wish)[0]!.join(': ')}`)
      const other = ['content-type', 'content-language'].some((name) => answer.header(name) !== usual.header(name))
      if (!answer.ok || !other) continue
      forms++
      kit.prove.that(
        answer.header('etag') !== tag || answer.text === usual.text,
        'two forms of the item have one strong tag',
        `another tag than ${tag} for ${Object.values(wish)[0]}`,
        `${tag} for both`,
      )
    }
    if (forms === 0) kit.skip('whatever is asked for, the item comes in one form')
  },
})

async function readAs(kit: Kit, item: Item, fields: Record<string, string>, purpose: string): Promise<Answer> {
  const request = await item.request('read', { purpose })
  return kit.send(Object.entries(fields).reduce((next, [name, value]) => withHeader(next, name, value), request))
}

/** The strong tag of an answer: a weak one promises no bytes. */
function strongTag(kit: Kit, answer: Answer): string {
  const tag = answer.header('etag') ?? kit.skip('reads carry no ETag')
  return tag.startsWith('W/') ? kit.skip(`the tag ${tag} is weak and promises no bytes`) : tag
}
