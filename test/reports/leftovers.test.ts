import { XMLParser } from 'fast-xml-parser'
import { expect, test } from 'vitest'
import { html } from '../../reports/html.ts'
import { junit } from '../../reports/junit.ts'
import type { Leftover } from '../../reports/model.ts'
import { terminal } from '../../reports/terminal.ts'
import { unseen } from '../../reports/visible.ts'
import { hostile, report, result } from './build.ts'

const left = (id: string, change: Partial<Leftover> = {}): Leftover => ({
  check: 'if-match/stale-not-performed',
  resource: 'document',
  url: `http://127.0.0.1:4090/documents/${id}`,
  reason: 'its delete is answered 403',
  ...change,
})

test('what is left stands in every report, with where it is and why', () => {
  const some = report([result()], { leftovers: [left('7'), left('8', { resource: 'payment', reason: 'the contract has no delete' })] })
  const text = terminal([some])
  expect(text).toContain('Left behind (2)\n     1  document: its delete is answered 403\n        http://127.0.0.1:4090/documents/7\n')
  expect(text).toContain('     1  payment: the contract has no delete\n')
  expect(html([some])).toMatch(/Left behind<\/h2>.*<code>http:\/\/127.0.0.1:4090\/documents\/7<\/code>/)
  const [suite] = [new XMLParser({ ignoreAttributes: false }).parse(junit([some])).testsuites.testsuite].flat()
  const properties = suite.properties.property as Record<string, string>[]
  expect(properties.find((each) => each['@_name'] === 'leftovers')!['@_value']).toContain(
    'payment http://127.0.0.1:4090/documents/8: the contract has no delete',
  )
})

test('nothing left, nothing said', () => {
  for (const text of [terminal([report([result()])]), html([report([result()])]), junit([report([result()])])]) {
    expect(text).not.toMatch(/left behind|leftovers/i)
    expect(text).not.toContain('not verified')
  }
})

test('many of one kind are counted, and listed where all is wanted', () => {
  const some = report([result()], { leftovers: Array.from({ length: 30 }, (_, at) => left(String(at))) })
  expect(terminal([some])).toContain('    30  document: its delete is answered 403\n')
  expect(terminal([some])).toContain('… 20 more: --verbose, or the JSON report')
  expect(terminal([some], { verbose: true }).match(/\/documents\/\d+\n/g)).toHaveLength(30)
})

test('a run that trusted anybody says so in every report', () => {
  const some = report([result()], { insecure: true })
  for (const text of [terminal([some], { width: 300 }), html([some]), junit([some])])
    expect(text).toContain('TLS certificates were not verified (--insecure): nobody made sure')
})

test('lets nothing from the wire act on its reader', () => {
  const some = report([result()], { leftovers: hostile.map((text) => left('1', { resource: text, url: text, reason: text })) })
  expect(new RegExp(unseen, 'u').exec(terminal([some]).replaceAll('\n', ''))).toBeNull()
  expect(html([some])).not.toContain('<script>window')
  expect(html([some])).not.toContain('<img src=x')
})
