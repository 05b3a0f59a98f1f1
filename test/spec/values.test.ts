import { describe, expect, test } from 'vitest'
import type { Json } from '../../spec/contract.ts'
import { fillValues, namesIn } from '../../spec/values.ts'

describe('values', () => {
  const lookup = (name: string): Json | undefined =>
    ({ $unique: 'u1', $id: 5, '$env.DB': 'db', '$request.body#/a': { b: 1 }, '$id.pk': null })[name]
  test('a name alone keeps its type, in braces it is text', () =>
    expect(fillValues({ a: '$id', b: '/x/{$id}/{$unique}', c: ['$request.body#/a'], d: '{$env.DB}', e: '$id.pk' }, lookup)).toEqual({
      a: 5,
      b: '/x/5/u1',
      c: [{ b: 1 }],
      d: 'db',
      e: null,
    }))
  test('what is no name, or unknown, stays', () => {
    const value = { a: '$ref', b: 'costs $id', c: '{$env.NOPE}', d: '$uniqueness', e: '{id}' }
    expect(fillValues(value, lookup)).toEqual(value)
  })
  test('names are listed once', () => expect(namesIn({ a: '$id', b: ['{$id}-{$env.DB}'] })).toEqual(['$id', '$env.DB']))
})
