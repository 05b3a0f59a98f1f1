import { expect, test } from 'vitest'
import { parseIdempotencyKey } from '../../http/idempotency-key.ts'

test.each([
  ['8e03978e-40d5', '8e03978e-40d5'],
  ['"8e03978e-40d5"', '8e03978e-40d5'],
  ['  "a b"  ', 'a b'],
  ['"a\\"b"', 'a"b'],
  ['"a";p=1', 'a'],
  ['', undefined],
  ['""', undefined],
  ['"unfinished', undefined],
])('%j names the key %j', (text, key) => expect(parseIdempotencyKey(text)).toBe(key))
