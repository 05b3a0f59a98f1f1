import fc from 'fast-check'
import { expect, test } from 'vitest'
import { Redactor } from '../../suites/kit/secrets.ts'
import { runCheck } from '../../suites/kit/run.ts'
import * as entityTags from '../../suites/entity-tags.ts'
import { secretOf } from '../../suites/target.ts'
import { serve, targetAt } from './documents.ts'

const secret = fc
  .string({ minLength: 8, maxLength: 40, unit: fc.constantFrom(...'abcXYZ0189+/=&%$"\\ é-_.~!*\'()') })
  .filter((text) => text.trim() === text)

test('no spelling of a secret is left', () => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), (value, before, after) => {
      const redactor = new Redactor([{ name: 'TOKEN', value, sentIn: ['authorization'] }])
      const spellings = [
        value,
        encodeURIComponent(value),
        JSON.stringify(value).slice(1, -1),
        new URLSearchParams({ a: value }).toString().slice(2),
      ]
      for (const spelling of spellings) {
        expect(redactor.text(spelling)).toBe('$TOKEN')
        expect(redactor.text(`${before} ${spelling} ${after}`)).toContain('$TOKEN')
      }
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('nor inside of base64, wherever it stands in what was coded', () => {
  fc.assert(
    fc.property(secret, fc.string({ maxLength: 9 }), fc.string({ maxLength: 9 }), (value, before, after) => {
      const redactor = new Redactor([{ name: 'TOKEN', value, sentIn: ['authorization'] }])
      const shown = redactor.text(Buffer.from(before + value + after).toString('base64'))
      expect(Buffer.from(shown.replace('$TOKEN', ''), 'base64').toString()).not.toContain(value)
      expect(shown).toContain('$TOKEN')
      expect(redactor.header(['Authorization', `Basic ${Buffer.from(`me:${value}`).toString('base64')}`])[1]).toBe('Basic $TOKEN')
    }),
    { seed: 1, numRuns: 200 },
  )
})

test('a short value goes only where it was sent', () => {
  const redactor = new Redactor([{ name: 'PIN', value: '42', sentIn: ['x-pin', '?pin'] }])
  expect(redactor.header(['X-Pin', '42'])).toEqual(['X-Pin', '$PIN'])
  expect(redactor.header(['Content-Length', '42'])).toEqual(['Content-Length', '42'])
  expect(redactor.url('http://x/42?pin=42&n=42')).toBe('http://x/42?pin=$PIN&n=42')
})

test('what a check saw and says is clean, bodies and reasons included', async () => {
  await using server = await serve({ tag: () => '"hunter22"', extra: () => ({ echo: 'Bearer hunter22' }) })
  const secrets = [secretOf('A_AUTHORIZATION', 'authorization', 'Bearer hunter22')]
  const target = await targetAt(server.url, {
    identities: { a: { headers: [['Authorization', 'Bearer hunter22']], query: [['key', 'hunter22']] } },
    secrets,
  })
  const [result] = await runCheck(entityTags.changesOnWrite, target)
  expect(result!.verdict).toBe('fail')
  expect(JSON.stringify(result)).not.toContain('hunter22')
  expect(result!.exchanges[0]!.request.headers).toContainEqual(['Authorization', 'Bearer $A_AUTHORIZATION'])
  expect(result!.exchanges[0]!.request.url).toContain('key=$A_AUTHORIZATION')
})
