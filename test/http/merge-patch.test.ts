import fc from 'fast-check'
import { expect, test } from 'vitest'
import { applyMergePatch } from '../../http/merge-patch.ts'

// The table of RFC 7396, appendix A
test.each([
  [{ a: 'b' }, { a: 'c' }, { a: 'c' }],
  [{ a: 'b' }, { b: 'c' }, { a: 'b', b: 'c' }],
  [{ a: 'b' }, { a: null }, {}],
  [{ a: 'b', b: 'c' }, { a: null }, { b: 'c' }],
  [{ a: ['b'] }, { a: 'c' }, { a: 'c' }],
  [{ a: 'c' }, { a: ['b'] }, { a: ['b'] }],
  [{ a: { b: 'c' } }, { a: { b: 'd', c: null } }, { a: { b: 'd' } }],
  [{ a: [{ b: 'c' }] }, { a: [1] }, { a: [1] }],
  [
    ['a', 'b'],
    ['c', 'd'],
    ['c', 'd'],
  ],
  [{ a: 'b' }, ['c'], ['c']],
  [{ a: 'foo' }, null, null],
  [{ a: 'foo' }, 'bar', 'bar'],
  [{ e: null }, { a: 1 }, { e: null, a: 1 }],
  [[1, 2], { a: 'b', c: null }, { a: 'b' }],
  [{}, { a: { bb: { ccc: null } } }, { a: { bb: {} } }],
])('%j with %j gives %j', (target, patch, result) => expect(applyMergePatch(target, patch)).toEqual(result))

test('neither side is changed, and a patch applied twice is applied once', () => {
  fc.assert(
    fc.property(fc.jsonValue(), fc.jsonValue(), (target, patch) => {
      const before = JSON.stringify([target, patch])
      const once = applyMergePatch(target as never, patch as never)
      expect(JSON.stringify([target, patch])).toBe(before)
      expect(applyMergePatch(once, patch as never)).toEqual(once)
    }),
    { seed: 7396 },
  )
})

test('a member named __proto__ is a member', () => {
  const result = applyMergePatch({}, JSON.parse('{"__proto__": {"a": 1}}'))
  expect(Object.keys(result as object)).toEqual(['__proto__'])
  expect(({} as { a?: number }).a).toBeUndefined()
})
