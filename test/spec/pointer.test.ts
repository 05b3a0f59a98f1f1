import fc from 'fast-check'
import { expect, test } from 'vitest'
import { formatPointer, parsePointer, readPointer, removePointer, writePointer } from '../../http/pointer.ts'

const run = { seed: 6901, numRuns: 300 }

// The document and pointers of RFC 6901 §5.
const document = { foo: ['bar', 'baz'], '': 0, 'a/b': 1, 'c%d': 2, 'e^f': 3, 'g|h': 4, 'i\\j': 5, 'k"l': 6, ' ': 7, 'm~n': 8 }
test.each([
  ['', document],
  ['/foo', ['bar', 'baz']],
  ['/foo/0', 'bar'],
  ['/', 0],
  ['/a~1b', 1],
  ['/c%d', 2],
  ['/e^f', 3],
  ['/g|h', 4],
  ['/i\\j', 5],
  ['/k"l', 6],
  ['/ ', 7],
  ['/m~0n', 8],
])('reads %j', (pointer, value) => expect(readPointer(document, pointer)).toEqual(value))

test.each(['/foo/2', '/foo/00', '/foo/-', '/nope', '/foo/length', '/toString', '/foo/0/0'])('finds nothing at %j', (pointer) =>
  expect(readPointer(document, pointer)).toBeUndefined(),
)

test.each(['foo', '#/foo', '/a~2', '/a~'])('%j is no pointer', (pointer) => expect(() => parsePointer(pointer)).toThrow(SyntaxError))

test('tokens survive printing and parsing', () =>
  fc.assert(
    fc.property(fc.array(fc.string()), (tokens) => {
      expect(parsePointer(formatPointer(tokens))).toEqual(tokens)
    }),
    run,
  ))

test('what is written is read, what is removed is gone, and the original stays', () =>
  fc.assert(
    fc.property(
      fc.array(fc.stringMatching(/^[a-z~/]{0,3}$/), { minLength: 1, maxLength: 4 }),
      fc.jsonValue(),
      fc.dictionary(fc.string(), fc.jsonValue()),
      (tokens, value, before) => {
        const copy = structuredClone(before)
        const next = writePointer(before, tokens, value)
        expect(readPointer(next, tokens)).toEqual(value)
        expect(readPointer(removePointer(next, tokens), tokens)).toBeUndefined()
        expect(before).toEqual(copy)
      },
    ),
    run,
  ))

test('"-" is the member after the last', () => expect(writePointer({ a: [1] }, '/a/-', 2)).toEqual({ a: [1, 2] }))
