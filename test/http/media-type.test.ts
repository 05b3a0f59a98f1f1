import { describe, expect, test } from 'vitest'
import { isJson, negotiate, parseMediaType, splitList } from '../../http/media-type.ts'
import { parsePrefer } from '../../http/prefer.ts'

describe('a media type (RFC 9110 §8.3.1)', () => {
  test.each([
    ['application/json', 'application/json', {}],
    ['Application/JSON; Charset="utf-8"', 'application/json', { charset: 'utf-8' }],
    ['text/plain;;a=b; c="d;\\"e"', 'text/plain', { a: 'b', c: 'd;"e' }],
  ])('%s', (text, type, parameters) => {
    const parsed = parseMediaType(text)!
    expect(parsed.type).toBe(type)
    expect(Object.fromEntries(parsed.parameters)).toEqual(parameters)
  })

  test.each(['', 'json', 'a/b/c', 'a/b; c', 'a/b; c="d', 'a /b'])('%j is none', (text) => expect(parseMediaType(text)).toBeUndefined())

  test('JSON is known by its suffix', () => {
    expect(['application/problem+json', 'application/jsonp', 'text/json'].map(isJson)).toEqual([true, false, true])
  })
})

describe('Accept (RFC 9110 §12.5.1)', () => {
  const offers = ['application/json', 'text/plain']
  test.each([
    [undefined, 'application/json'],
    ['', 'application/json'],
    ['*/*', 'application/json'],
    ['text/*', 'text/plain'],
    ['application/json;q=0.2, text/plain', 'text/plain'],
    ['*/*, application/json;q=0', 'text/plain'],
    ['text/*;q=0.3, application/*;q=0.7', 'application/json'],
    ['image/png', undefined],
    ['application/json;q=0', undefined],
  ])('%j chooses %s', (accept, expected) => expect(negotiate(accept, offers)).toBe(expected))
})

test('a list is split at commas outside of quotes, without its empty members (RFC 9110 §5.6.1)', () => {
  expect(splitList(', a , "b,c" ,,d="e,\\"f" ,')).toEqual(['a', '"b,c"', 'd="e,\\"f"'])
})

test('preferences (RFC 7240 §2): names without case, the first counts, parameters are skipped', () => {
  const preferences = parsePrefer('Outcome=stale; x=y, outcome=absent, wait = "10", respond-async')
  expect(Object.fromEntries(preferences)).toEqual({ outcome: 'stale', wait: '10', 'respond-async': '' })
})
