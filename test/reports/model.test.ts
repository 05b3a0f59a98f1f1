import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import addFormats from 'ajv-formats'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { exitCode } from '../../reports/exit-code.ts'
import { formatNamed, formats } from '../../reports/index.ts'
import { json } from '../../reports/json.ts'
import { verdicts, type Level, type Verdict } from '../../reports/model.ts'
import { claim, summarise, worst } from '../../reports/summary.ts'
import { unseen, visible, visibleLines } from '../../reports/visible.ts'
import { content, everyVerdict, exchange, fact, hostile, hostileResult, race, report, result } from './build.ts'

const schema = JSON.parse(readFileSync(new URL('../../reports/report.schema.json', import.meta.url), 'utf8'))
const ajv = new Ajv2020({ allErrors: true, strict: true, strictTypes: false, strictRequired: false })
addFormats.default(ajv)
const valid = ajv.compile(schema)

/** Every object in a value, with the path to it. */
function* objects(value: unknown, path = ''): Generator<[string, Record<string, unknown>]> {
  if (value === null || typeof value !== 'object') return
  if (!Array.isArray(value)) yield [path, value as Record<string, unknown>]
  for (const [name, member] of Object.entries(value)) yield* objects(member, `${path}/${name}`)
}

/** What only some results have. */
const optional = /^\/results\/\d+\/race(?:\/shown\/operations\/\d+\/(?:settled|url))?$/

const full = () => {
  const body = { ...content('AAH/'), encoding: 'base64' as const, truncated: true, bytes: 9000 }
  const sent = exchange({ method: 'PUT', headers: [['If-Match', '"a"']], body })
  const left = { check: 'if-match/x', resource: 'document', url: 'http://127.0.0.1:4090/documents/7', reason: 'its delete is answered 403' }
  return report([result({ verdict: 'fail', exchanges: [sent], race: race() })], { leftovers: [left], facts: [fact()] })
}

describe('the schema', () => {
  test('takes every verdict, an interrupted run and hostile texts', () => {
    const results = [...everyVerdict(), ...hostile.map((text) => hostileResult(text, 'fail'))]
    expect(valid(report(results, { complete: false })), JSON.stringify(valid.errors)).toBe(true)
    expect(valid(full()), JSON.stringify(valid.errors)).toBe(true)
  })

  test('wants every member of the model and knows no other', () => {
    const paths = [...objects(full())].map(([path]) => path)
    expect(paths.length).toBeGreaterThan(8)
    for (const path of paths) {
      const names = Object.keys([...objects(full())].find(([at]) => at === path)![1])
      for (const name of names) {
        const broken = full()
        delete [...objects(broken)].find(([at]) => at === path)![1][name]
        expect(valid(broken), `without ${path}/${name}`).toBe(optional.test(`${path}/${name}`))
      }
      const extended = full()
      ;[...objects(extended)].find(([at]) => at === path)![1]['surprise'] = 1
      expect(valid(extended), `with ${path}/surprise`).toBe(false)
    }
  })

  test.each([
    ['a verdict of its own', () => report([{ ...result(), verdict: 'passed' as Verdict }], { summary: summarise([]) })],
    ['a fail without a reason', () => report([result({ verdict: 'fail', reason: null })])],
    ['a skip without a reason', () => report([result({ verdict: 'skip', reason: null })])],
    ['a local time', () => report([], { started: '2026-03-02T09:30:00+01:00' })],
    ['a negative duration', () => report([], { ms: -1 })],
    ['a header of one part', () => report([result({ exchanges: [exchange({ headers: [['ETag'] as never] })] })])],
    ['a header of three parts', () => report([result({ exchanges: [exchange({ headers: [['a', 'b', 'c'] as never] })] })])],
    ['a check without a suite', () => report([result({ check: 'stale' })])],
    ['a level of its own', () => report([result({ level: 'may' as Level })])],
  ])('refuses %s', (_name, build) => expect(valid(build())).toBe(false))

  test('lists the verdicts in the order of the model', () => {
    expect(Object.keys(schema.properties.summary.properties)).toEqual([...verdicts])
    expect(schema.$defs.result.properties.verdict.enum).toEqual([...verdicts])
  })
})

describe('the JSON report', () => {
  test('is the report, whatever is in it', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        const whole = report([hostileResult(text || 'x', 'fail')])
        expect(JSON.parse(json([whole]))).toEqual(whole)
      }),
      { seed: 1, numRuns: 200 },
    )
  })

  test('holds nothing that a terminal would act on', () => {
    const text = json([report(hostile.map((each) => hostileResult(each, 'fail')))])
    expect(unseen.exec(text)).toBeNull()
  })

  test('holds one report', () => {
    expect(() => json([])).toThrow('one report')
    expect(() => json([full(), full()])).toThrow('one report')
  })
})

describe('the exit code', () => {
  const pass = result()
  const open = (level: Level, reason = 'no answer in 10 s') => result({ verdict: 'inconclusive', level, reason })
  test.each([
    ['a pass', [pass], 0],
    ['nothing', [], 3],
    ['only skips', [result({ verdict: 'skip' })], 3],
    ['only info and warn', [result({ verdict: 'info' }), result({ verdict: 'warn' })], 3],
    ['a pass and a warn', [pass, result({ verdict: 'warn' })], 0],
    ['a pass and a fail', [pass, result({ verdict: 'fail' })], 1],
    ['a fail and an open must', [open('must'), result({ verdict: 'fail' })], 1],
    ['a pass and an open must', [pass, open('must')], 3],
    ['a pass and an open promise', [pass, open('contract')], 3],
    ['a pass and an open should', [pass, open('should')], 0],
    ['a pass and an open practice', [pass, open('practice')], 0],
    ['a pass and a bug of ours', [pass, open('practice', 'internal: x is undefined')], 3],
  ])('of %s', (_name, results, code) => expect(exitCode([report(results)])).toBe(code))

  test('strict makes a warn a failure', () => {
    expect(exitCode([report([pass, result({ verdict: 'warn' })])], { strict: true })).toBe(1)
    expect(exitCode([report([pass, result({ verdict: 'info' })])], { strict: true })).toBe(0)
  })

  test('every target must succeed', () => {
    expect(exitCode([])).toBe(3)
    expect(exitCode([report([pass]), report([])])).toBe(3)
    expect(exitCode([report([]), report([result({ verdict: 'fail' })])])).toBe(1)
    expect(exitCode([report([pass]), report([pass])])).toBe(0)
  })

  test('an interrupted run is no success', () => expect(exitCode([report([pass], { complete: false })])).toBe(3))
})

describe('the summary', () => {
  test('counts each verdict and finds the worst', () => {
    expect(summarise(everyVerdict())).toEqual({ fail: 1, warn: 1, inconclusive: 1, info: 1, skip: 1, pass: 1 })
    expect(worst(everyVerdict())).toBe('fail')
    expect(worst([result(), result({ verdict: 'skip' })])).toBe('pass')
    expect(worst([result({ verdict: 'skip' })])).toBe('skip')
    expect(worst([])).toBeUndefined()
  })

  test('claims only what was tried', () => {
    const text = claim(
      report([result(), result({ resource: 'note' }), result({ verdict: 'skip', resource: 'user', check: 'unique/x', exchanges: [] })]),
    )
    expect(text).toContain('1 check on 2 resources with 2 recorded requests in 4.2 s, seed 8c1f52')
    expect(text).toContain('not that there is none')
    expect(claim(report([], { complete: false }))).toMatch(/^Interrupted/)
  })
})

describe('text from the wire', () => {
  test.each([
    ['\x1b[31m', String.raw`\x1b[31m`],
    ['a\r\nb\tc', String.raw`a\r\nb\tc`],
    ['\u202e\u2066\u200b\ufeff', String.raw`\u202e\u2066\u200b\ufeff`],
    ['\0\x7f\x9b', String.raw`\x00\x7f\x9b`],
    ['\ud800 \u{e0041} \ufffe', String.raw`\ud800 \u{e0041} \ufffe`],
    ['naïve 日本 שלום 🎉 \\n', 'naïve 日本 שלום 🎉 \\n'],
  ])('%j is shown as %j', (text, shown) => expect(visible(text)).toBe(shown))

  test('may keep its lines', () => expect(visibleLines('a\n\tb\r\x1b')).toBe('a\n\tb\\r\\x1b'))
})

test('a format has a name, and an unknown one is told the known ones', () => {
  expect(formatNamed('json')).toBe(formats['json'])
  expect(() => formatNamed('toString')).toThrow(/no report format "toString"; known: .*json/)
})
