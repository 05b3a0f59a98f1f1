import { readFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import fc from 'fast-check'
import { expect, test } from 'vitest'

/** Code of a recipe, as a reader would copy it. */
async function codeOf<T>(recipe: string, about: string): Promise<T> {
  const text = readFileSync(new URL(`../../docs/recipes/${recipe}.md`, import.meta.url), 'utf8')
  const block = [...text.matchAll(/^```[jt]s\n([^]*?)^```$/gm)].map(([, code]) => code!).find((code) => code.includes(about))!
  return import(`data:text/javascript,${encodeURIComponent(stripTypeScriptTypes(block))}`) as Promise<T>
}

const character = fc.constantFrom('a', ',', ' ', '!', '\u00e9', '/', 'W').filter((text) => text !== ' ')
const tag = fc.tuple(fc.constantFrom('', 'W/'), fc.string({ unit: character, maxLength: 4 })).map(([mark, text]) => `${mark}"${text}"`)

test('the parser of conditions reads any list of tags, in any lines', async () => {
  const { tagsOf } = await codeOf<{ tagsOf(lines: string[] | undefined): string[] | '*' | null | undefined }>('conditions', 'tagsOf')
  const gap = fc.constantFrom(',', ', ', ' ,', ' , , ')
  fc.assert(
    fc.property(fc.array(tag, { minLength: 1, maxLength: 5 }), gap, fc.boolean(), (tags, between, lines) => {
      expect(tagsOf(lines ? tags : [tags.join(between)])).toEqual(tags)
    }),
    { seed: 7 },
  )
  expect(tagsOf(undefined)).toBe(undefined)
  expect(tagsOf(['*'])).toBe('*')
  for (const bad of ['abc', '"a', '"a"b', 'w/"a"', '"a" "b"x', "'a'"]) expect(tagsOf([bad]), bad).toBe(null)
})

test('the merge keeps both sides, and names what both changed otherwise', async () => {
  type Members = Record<string, number>
  type Merge = (base: Members, ours: Members, theirs: Members) => { merged: Members; conflicts: string[] }
  const { merge } = await codeOf<{ merge: Merge }>('merge-in-the-client', 'export function merge')
  expect(merge({ a: 1, b: 1, c: 1, d: 1 }, { a: 2, b: 1, c: 3, d: 1 }, { a: 1, b: 2, c: 4 })).toEqual({
    merged: { a: 2, b: 2, c: 3 },
    conflicts: ['c'],
  })
  const members = fc.dictionary(fc.constantFrom('a', 'b', 'c'), fc.nat(2))
  fc.assert(
    fc.property(members, members, members, (base, ours, theirs) => {
      expect(merge(base, ours, base)).toEqual({ merged: ours, conflicts: [] })
      expect(merge(base, base, theirs)).toEqual({ merged: theirs, conflicts: [] })
      expect(merge(base, ours, ours)).toEqual({ merged: ours, conflicts: [] })
      expect(merge(base, ours, theirs).conflicts.toSorted()).toEqual(merge(base, theirs, ours).conflicts.toSorted())
    }),
    { seed: 7 },
  )
})
