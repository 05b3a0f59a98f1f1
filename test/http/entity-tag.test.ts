import fc from 'fast-check'
import fresh from 'fresh'
import { describe, expect, test } from 'vitest'
import { formatEntityTag, parseEntityTag, parseEntityTagList, type EntityTag } from '../../http/entity-tag.ts'

const opaque = fc.string({
  unit: fc
    .integer({ min: 0x21, max: 0xff })
    .filter((code) => code !== 0x22 && code !== 0x7f)
    .map((code) => String.fromCharCode(code)),
})
const tags: fc.Arbitrary<EntityTag> = fc.record({ weak: fc.boolean(), opaque })

describe('one entity tag (RFC 9110 §8.8.3)', () => {
  test.each([
    ['"xyzzy"', { weak: false, opaque: 'xyzzy' }],
    ['W/"xyzzy"', { weak: true, opaque: 'xyzzy' }],
    ['""', { weak: false, opaque: '' }],
    ['"W/xyzzy"', { weak: false, opaque: 'W/xyzzy' }],
    ['"a,b:c/d=="', { weak: false, opaque: 'a,b:c/d==' }],
    ['"caf\u00e9"', { weak: false, opaque: 'caf\u00e9' }],
    ['"it\'s\\n"', { weak: false, opaque: "it's\\n" }],
  ])('%s is one', (text, tag) => expect(parseEntityTag(text)).toEqual(tag))

  test.each([
    '',
    'xyzzy',
    "'xyzzy'",
    'w/"xyzzy"',
    'W"xyzzy"',
    'W/ "x"',
    '"a b"',
    '"a"b"',
    '"a',
    'a"',
    '"\t"',
    '"\x7f"',
    '"a" ',
    '"a","b"',
    '*',
  ])('%j is none', (text) => expect(parseEntityTag(text)).toBeUndefined())

  test('what is written is read again', () => {
    fc.assert(
      fc.property(tags, (tag) => void expect(parseEntityTag(formatEntityTag(tag))).toEqual(tag)),
      { seed: 9110 },
    )
  })

  test('a text that no tag can hold is refused by name', () => {
    expect(() => formatEntityTag({ weak: false, opaque: 'a b' })).toThrow('"a b"')
  })
})

describe('a list of entity tags (RFC 9110 §13.1.1, §5.6.1.2)', () => {
  test.each([
    ['*', '*'],
    [' * ', '*'],
    ['"a"', ['a']],
    ['"a", W/"b"', ['a', 'b']],
    ['"a,b" , "c"', ['a,b', 'c']],
    [', "a" ,, "b",', ['a', 'b']],
    ['"a","b"', ['a', 'b']],
    ['"*"', ['*']],
  ])('%s', (text, expected) => {
    const list = parseEntityTagList(text)
    expect(typeof list === 'string' ? list : list?.map((tag) => tag.opaque)).toEqual(expected)
  })

  test.each(['', ' , ', 'abc', '"a" "b"', '"a", b', '"a', '*, "a"', '"a"x, "b"', '"a"W/"b"'])('%j is none', (text) =>
    expect(parseEntityTagList(text)).toBeUndefined(),
  )

  const separators = fc.constantFrom(',', ', ', ' ,', ',,', ' , , ', '\t,')
  test('whatever the blanks and empty members, the tags come out in order', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(tags, separators), { minLength: 1 }), (members) => {
        const text = members.map(([tag, separator]) => formatEntityTag(tag) + separator).join('')
        expect(parseEntityTagList(text)).toEqual(members.map(([tag]) => tag))
      }),
      { seed: 9110 },
    )
  })

  test('agrees with `fresh` on lists of tags without commas', () => {
    const word = fc.constantFrom('a', 'b', 'abc', 'W/a', '-')
    const tag = fc.record({ weak: fc.boolean(), opaque: word })
    fc.assert(
      fc.property(fc.array(fc.tuple(tag, separators), { minLength: 1, maxLength: 4 }), tag, (members, current) => {
        const text = members
          .map(([each, separator], at) => formatEntityTag(each) + (at < members.length - 1 ? separator.replace('\t', ' ') : ''))
          .join('')
        const list = parseEntityTagList(text)
        const matches = list !== undefined && list !== '*' && list.some((each) => each.opaque === current.opaque)
        expect(matches).toBe(fresh({ 'if-none-match': text }, { etag: formatEntityTag(current) }))
      }),
      { seed: 9110 },
    )
  })
})
