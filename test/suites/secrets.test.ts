import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Exchange } from '../../reports/model.ts'
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

/** How a value may be written on its way, by nobody's code but the platform's. */
const spelt: Record<string, (value: string) => string> = {
  raw: (value) => value,
  'percent-encoded': encodeURIComponent,
  'percent-encoded in lower case': (value) => encodeURIComponent(value).replace(/%../g, (code) => code.toLowerCase()),
  'form-encoded': (value) => new URLSearchParams({ a: value }).toString().slice(2),
  'JSON-escaped': (value) => JSON.stringify(value).slice(1, -1),
  base64: (value) => Buffer.from(value).toString('base64'),
  base64url: (value) => Buffer.from(value).toString('base64url'),
}

test.each(Object.entries(spelt))('a secret that is %s is nowhere in a text or an exchange', (_, spell) => {
  fc.assert(
    fc.property(secret, fc.string(), fc.string(), fc.boolean(), (value, before, after, short) => {
      const redactor = new Redactor([
        { name: 'TOKEN', value, sentIn: ['authorization'] },
        // another one, too short to be looked for everywhere, must not keep the long one in
        ...(short ? [{ name: 'PIN', value: '42', sentIn: ['x-pin'] }] : []),
      ])
      const spelling = spell(value)
      const text = before + spelling + after
      expect(redactor.text(text)).not.toContain(spelling)
      const content = { text, encoding: 'utf8' as const, bytes: text.length, truncated: false }
      const seen: Exchange = {
        purpose: 'read',
        request: { method: 'PUT', url: `http://x/?q=${spelling}`, headers: [['X-Sent', text]], body: content },
        response: { status: 200, headers: [['X-Echo', text]], body: content },
        error: `reset after ${text}`,
        started: '2026-01-01T00:00:00.000Z',
        ms: 1,
      }
      for (const exchange of [seen, { ...seen, response: { ...seen.response!, body: null } }]) {
        const { request, response, error } = redactor.exchange(exchange)
        const kept = [request.url, ...request.headers.flat(), request.body?.text, ...response!.headers.flat(), response!.body?.text, error]
        for (const one of kept) expect(one ?? '').not.toContain(spelling)
      }
    }),
    { seed: 1, numRuns: 100 },
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
