import { execFileSync } from 'node:child_process'
import { Writable } from 'node:stream'
import { WriteStream } from 'node:tty'
import { stripVTControlCharacters } from 'node:util'
import { describe, expect, test, vi } from 'vitest'
import { curlArguments } from '../../reports/curl.ts'
import { verdicts } from '../../reports/model.ts'
import { abilities } from '../../reports/paint.ts'
import { progress } from '../../reports/progress.ts'
import { terminal } from '../../reports/terminal.ts'
import { unseen } from '../../reports/visible.ts'
import { columns, wrap } from '../../reports/wrap.ts'
import { content, everyVerdict, exchange, hostile, hostileResult, report, result } from './build.ts'
import { realistic } from './realistic.ts'

const stale = exchange(
  {
    method: 'PUT',
    headers: [
      ['Host', '127.0.0.1:4090'],
      ['Authorization', 'Bearer $TOKEN'],
      ['Content-Type', 'application/json'],
      ['If-Match', '"v1"'],
    ],
    body: content('{"title":"ours"}'),
  },
  {
    purpose: 'write with the stale token',
    response: {
      status: 200,
      headers: [
        ['Date', 'today'],
        ['ETag', '"v3"'],
      ],
      body: content('{"title":"ours"}'),
    },
  },
)

describe('the terminal report', () => {
  test('tells what failed so that a person can judge, fix and repeat it', () => {
    const results = [
      result({ verdict: 'fail', exchanges: [stale] }),
      result({ check: 'unique/taken', verdict: 'skip', reason: 'not promised', exchanges: [] }),
      result({ check: 'unique/case', verdict: 'skip', reason: 'not promised', exchanges: [] }),
      result({ check: 'etag/present' }),
    ]
    expect(terminal([report(results)], { width: 90, secrets: ['TOKEN'] })).toBe(
      `staging  http://127.0.0.1:4090
Document service: api/openapi.yaml (rfc9110, idempotency-key), digest 9d1f0c6be1a2, ifmatch 0.1.0

            fail  warn  inconclusive  info  skip  pass
  if-match     1     ·             ·     ·     ·     ·
  unique       ·     ·             ·     ·     2     ·
  etag         ·     ·             ·     ·     ·     1
  total        1     ·             ·     ·     2     1

Failed (1)

  fail  if-match/stale-not-performed on document  must, RFC 9110 §13.1.1
    a write whose token is stale is not performed
    reason    the write with the stale token was performed
    expected  the item as the other writer left it, and status 412
    seen      status 200, and the item holds what the stale writer sent
    why       the second of two editors silently erases the work of the first
    fix       compare and write in one statement: UPDATE … WHERE id = ? AND version = ?
    more      ifmatch explain if-match/stale-not-performed
    1. write with the stale token
       > PUT http://127.0.0.1:4090/documents/7
       > Content-Type: application/json
       > If-Match: "v1"
       > {"title":"ours"}
       < 200 OK (3 ms)
       < ETag: "v3"
       < {"title":"ours"}
       curl -i -X PUT http://127.0.0.1:4090/documents/7 -H "Authorization: Bearer $TOKEN" -H 'Content-Type: application/json' -H 'If-Match: "v1"' --data-binary '{"title":"ours"}'

Skipped (2)
     2  not promised

staging: 1 fail, 2 skip, 1 pass
Tried 2 checks on 1 resource with 2 recorded requests in 4.2 s, seed 8c1f52. A pass means
that these requests found no fault, not that there is none.
`,
    )
  })

  test('puts what matters first, and counts what it does not show', () => {
    const text = terminal([report(everyVerdict())])
    const order = [
      'Failed (1)',
      'Warnings (1)',
      'Could not be judged (1)',
      'For information (1)',
      'Skipped (1)',
      'staging: 1 fail, 1 warn, 1 inconclusive, 1 info, 1 skip, 1 pass',
    ]
    expect(order.map((part) => text.indexOf(part))).toEqual(order.map((part) => text.indexOf(part)).sort((a, b) => a - b))
    for (const part of order) expect(text).toContain(part)
    expect(text).not.toContain('skip-example')
    expect(terminal([report(everyVerdict())], { verbose: true })).toMatch(/skip-example on document[^]*Passed \(1\)[^]*pass-example/)
  })

  test('strict lists warnings as failures', () => {
    expect(terminal([report(everyVerdict())], { strict: true })).toMatch(/Failed \(2\)(?![^]*Warnings)/)
  })

  test('shows some of many exchanges with their own numbers, or all', () => {
    const exchanges = Array.from({ length: 30 }, (_, index) => ({ ...stale, purpose: `writer ${index + 1}` }))
    const many = [report([result({ verdict: 'fail', exchanges })])]
    expect(terminal(many).match(/\d+\. writer \d+/g)).toEqual([
      '1. writer 1',
      '2. writer 2',
      '27. writer 27',
      '28. writer 28',
      '29. writer 29',
      '30. writer 30',
    ])
    expect(terminal(many)).toContain('24 exchanges more')
    expect(terminal(many, { verbose: true }).match(/\d+\. writer \d+/g)).toHaveLength(30)
  })

  test('of several targets has one part each', () => {
    const text = terminal([report([result()]), report([], { target: { name: 'live', urls: [] }, complete: false })])
    expect(text).toContain('staging: 1 pass')
    expect(text).toMatch(/live: nothing was checked\nInterrupted: what is not listed was not tried\./)
  })

  test('lets nothing from the wire act on the terminal', () => {
    const results = hostile.flatMap((text) => verdicts.map((verdict) => hostileResult(text, verdict)))
    const attacked = [report(results, { target: { name: hostile[5]!, urls: [hostile[5]!] } })]
    expect(unseen.exec(terminal(attacked, { verbose: true }))).toBeNull()
    expect(unseen.exec(stripVTControlCharacters(terminal(attacked, { verbose: true, colour: true })))).toBeNull()
  })

  test('colours only colour', () => {
    const plain = terminal([realistic()], { width: 90 })
    const colourful = terminal([realistic()], { width: 90, colour: true })
    expect(colourful).not.toBe(plain)
    expect(stripVTControlCharacters(colourful)).toBe(plain)
    const [first, ...rest] = colourful.split('\x1b[')
    expect([first, ...rest.map((part) => part.replace(/^\d+m/, ''))].join('')).toBe(plain)
  })

  test.each([40, 80, 200])('fits %d columns, but for headings and commands', (width) => {
    const long = result({
      verdict: 'fail',
      seen: 'word '.repeat(100),
      why: '日本語'.repeat(60),
      expected: 'x'.repeat(300),
      exchanges: [stale],
    })
    const lines = terminal([report([long])], { width }).split('\n')
    const body = lines.slice(lines.indexOf('Failed (1)') + 3).filter((line) => !/^ +curl /.test(line))
    expect(body.filter((line) => columns(line) > width)).toEqual([])
  })

  test('has commands that can be pasted as they stand, whatever their body', () => {
    const sent = exchange({ method: 'PUT', headers: [['Content-Type', 'text/plain']], body: content("one\n  two\r\n\tthree's\n") })
    const text = terminal([report([result({ verdict: 'fail', exchanges: [sent] })])], { width: 60 })
    const command = text.slice(text.indexOf('curl -i'), text.indexOf('\nstaging:'))
    const given = execFileSync('sh', ['-s'], {
      input: `curl() { printf '%s\\0' "$@"; }\n${command}`,
      stdio: ['pipe', 'pipe', 'inherit'],
    }).toString()
    expect(given.split('\0').slice(0, -1)).toEqual(curlArguments(sent))
  })
})

describe('progress', () => {
  const shown = [
    result(),
    result({ verdict: 'fail' }),
    result({ verdict: 'skip', check: 'unique/taken' }),
    result({ verdict: 'inconclusive', check: 'unique/case' }),
  ]

  test('is one line a suite, one mark a result', () => {
    const line = progress({ colour: false, width: 80, live: true })
    expect(shown.map((each) => line.add(each)).join('') + line.end()).toBe('  if-match              .F\n  unique                -?\n\n')
  })

  test('is quiet where nobody watches', () => {
    const line = progress({ colour: true, width: 80, live: false })
    expect(shown.map((each) => line.add(each)).join('') + line.end()).toBe('')
  })

  test('stays within the width', () => {
    const line = progress({ colour: false, width: 50, live: true })
    const text = Array.from({ length: 200 }, () => line.add(result())).join('')
    expect(Math.max(...text.split('\n').map((each) => each.length))).toBeLessThan(50)
    expect(text.match(/\./g)).toHaveLength(200)
  })
})

describe('what a stream can show', () => {
  const stream = (isTTY: boolean) =>
    Object.assign(new Writable(), {
      isTTY,
      columns: isTTY ? 120 : undefined,
      getColorDepth: WriteStream.prototype.getColorDepth,
    }) as unknown as NodeJS.WriteStream
  const clean = { NO_COLOR: undefined, FORCE_COLOR: undefined, NODE_DISABLE_COLORS: undefined, CI: undefined, TERM: 'xterm-256color' }
  const ability = (isTTY: boolean, env: Record<string, string | undefined> = {}) => {
    for (const [name, value] of Object.entries({ ...clean, ...env })) vi.stubEnv(name, value)
    try {
      return abilities(stream(isTTY), process.env)
    } finally {
      vi.unstubAllEnvs()
    }
  }

  test.each([
    ['a terminal', true, {}, { colour: true, live: true, width: 120 }],
    ['a file', false, {}, { colour: false, live: false, width: 100 }],
    ['a terminal with NO_COLOR', true, { NO_COLOR: '1' }, { colour: false, live: true, width: 120 }],
    ['a dumb terminal', true, { TERM: 'dumb' }, { colour: false, live: false, width: 120 }],
    ['a terminal of a CI system', true, { CI: 'true' }, { live: false }],
    ['a file with FORCE_COLOR', false, { FORCE_COLOR: '1' }, { colour: true, live: false }],
  ])('%s', (_name, isTTY, env, expected) => expect(ability(isTTY, env)).toMatchObject(expected))
})

test('wrapping loses nothing but blanks', () => {
  expect(wrap('a bb ccc '.repeat(8).trim(), 20).every((line) => columns(line) <= 20)).toBe(true)
  expect(wrap('x'.repeat(50), 20).join('')).toBe('x'.repeat(50))
  expect(wrap('日本'.repeat(15), 20).map(columns)).toEqual([20, 20, 20])
  expect(wrap('a\nb', 40)).toEqual(['a', 'b'])
  expect(wrap('', 40)).toEqual([''])
})
