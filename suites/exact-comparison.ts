import { type Check, check } from './kit/check.ts'
import { entityTag } from './kit/condition.ts'
import type { Item, Kit, TokenValue } from './kit/kit.ts'
import { overtaken } from './kit/overtake.ts'

/** How much of an entity tag a server looks at, tried with tags that are nearly the current one. */
export const exactComparison: Check = check({
  id: 'if-match/exact-comparison',
  level: 'must',
  severity: 'fail',
  source: 'RFC 9110 §8.8.3.2',
  title: 'tags are compared character by character',
  why: 'shortened hashes or searching inside the text let the tag of another version pass',
  fix: 'compare the whole tags for equality, case included',
  recipe: 'conditions',
  alarms:
    'Some servers, or what stands before them, put the same end on every tag (`-gzip`, a media type) and do not look at it: then only what is before it is tried, and the rest is told. A tag that passes with a letter too many, as numbers do that are read up to the first letter, takes no version for another: a warning.',
  needs: ['guard.if-match'],
  catches: ['if-match-prefix', 'unknown-token-passes'],
  async run(kit) {
    const { item, known } = await overtaken(kit)
    await lengthen(item, kit)
    const end = sharedEnd(opaqueOf(known, kit), opaqueOf(item.token, kit))
    const misses: [string, (version: string) => string][] = [
      ['shorter by a letter', (version) => version.slice(0, -1) && version.slice(0, -1) + end],
      ['in other case', (version) => otherCase(version) + end],
    ]
    if (end !== '') misses.push(['shorter by a letter and without its end', (version) => version.slice(0, -1)])
    for (const [how, change] of misses) {
      const before = await item.read()
      const miss = nearly(item, end, change, kit)
      if (miss === undefined) continue
      const answer = await item.write({ token: miss, purpose: `save with the current tag, ${how}` })
      kit.prove.unchanged(before, await item.read())
      kit.prove.refused(answer)
    }
    const bare = end === '' ? undefined : nearly(item, end, (version) => version, kit)
    if (bare !== undefined && (await item.write({ token: bare, purpose: 'save with the current tag without its end' })).ok)
      kit.note(`If-Match is compared without "${end}", the end that all tags of the item have: no version is taken for another`)
    await item.read()
    const longer = nearly(item, end, (version) => `${version}x${end}`, kit)!
    const answer = await item.write({ token: longer, purpose: 'save with the current tag, longer by a letter' })
    if (answer.ok)
      kit.doubt(
        'a tag that nobody was given lets a write pass: the current one with a letter too many; no version was taken for another',
        'a refusal: tags are compared character by character',
        `${longer}: ${answer.shown}`,
      )
  },
})

/** Saves until the tag has two letters, as a counter has from 10 on: with one, nothing is nearly the same. */
async function lengthen(item: Item, kit: Kit): Promise<void> {
  for (let more = 0; more < 10 && opaqueOf(item.token, kit).length < 2; more++) {
    await item.write({ purpose: 'save again, until the tag has two letters' })
    await item.read()
  }
}

/** The current tag with another text in place of its version (all that is before `end`); undefined where that is the same, or nothing. */
function nearly(item: Item, end: string, change: (version: string) => string, kit: Kit): string | undefined {
  const tag = entityTag(item.token, kit)
  const opaque = opaqueOf(tag, kit)
  const miss = change(opaque.slice(0, opaque.length - end.length))
  return miss === '' || miss === opaque ? undefined : `${tag.startsWith('W/') ? 'W/' : ''}"${miss}"`
}

function opaqueOf(token: TokenValue, kit: Kit): string {
  return entityTag(token, kit).replace(/^W\//, '').slice(1, -1)
}

/** What two versions end in, from the first character on that is no letter or digit (`-gzip`); empty if that leaves nothing to tell them by. */
function sharedEnd(one: string, other: string): string {
  let length = 0
  while (length < Math.min(one.length, other.length) && one.at(-1 - length) === other.at(-1 - length)) length++
  const end = /[^0-9A-Za-z].*$/s.exec(other.slice(other.length - length))?.[0] ?? ''
  return end.length < other.length ? end : ''
}

function otherCase(version: string): string {
  return /[a-z]/.test(version) ? version.toUpperCase() : version.toLowerCase()
}
