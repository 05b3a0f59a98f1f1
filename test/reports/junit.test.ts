import fc from 'fast-check'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import { describe, expect, test } from 'vitest'
import { exitCode } from '../../reports/exit-code.ts'
import { junit } from '../../reports/junit.ts'
import { verdicts, type Result } from '../../reports/model.ts'
import { visible } from '../../reports/visible.ts'
import { everyVerdict, hostile, hostileResult, report, result } from './build.ts'

interface Node {
  [member: string]: any
}

const parser = new XMLParser({
  ignoreAttributes: false,
  attributeNamePrefix: '',
  parseAttributeValue: false,
  parseTagValue: false,
  isArray: (name) => ['testsuite', 'testcase', 'property'].includes(name),
})

/** The parsed report; it must be XML and hold only the characters that XML 1.0 §2.2 allows. */
function read(xml: string): Node {
  expect(XMLValidator.validate(xml)).toBe(true)
  expect(/[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\u{10000}-\u{10ffff}]/u.exec(xml)).toBeNull()
  return parser.parse(xml).testsuites
}

const cases = (root: Node): Node[] => root['testsuite'].flatMap((suite: Node) => suite['testcase'])
const one = (results: Result, options = {}): Node => cases(read(junit([report([results])], options)))[0]!

describe('the JUnit report', () => {
  test('counts what it holds', () => {
    const root = read(junit([report(everyVerdict())]))
    expect(root).toMatchObject({ tests: '6', failures: '1', errors: '1', skipped: '1', time: '4.210' })
    expect(cases(root).filter((each) => 'failure' in each)).toHaveLength(1)
    expect(cases(root).filter((each) => 'error' in each)).toHaveLength(1)
    expect(cases(root).filter((each) => 'skipped' in each)).toHaveLength(1)
  })

  test('has a failure with everything a person needs', () => {
    const { failure, name, classname } = one(result({ verdict: 'fail' }), { secrets: [] })
    expect(name).toBe('if-match/stale-not-performed on document')
    expect(classname).toBe('if-match')
    expect(failure).toMatchObject({ message: 'the write with the stale token was performed', type: 'must' })
    for (const part of [
      'expected: the item as',
      'seen: status 200',
      'why: the second',
      'fix: compare',
      'source: RFC 9110 §13.1.1 (must)',
      'more: ifmatch explain if-match/stale-not-performed',
      'curl -i http://',
    ]) {
      expect(failure['#text']).toContain(part)
    }
  })

  test('gives the reason of a skip', () => {
    expect(one(result({ verdict: 'skip', reason: 'blocked by etag/present' }))['skipped']).toMatchObject({
      message: 'blocked by etag/present',
    })
  })

  test('says what may pass with a finding', () => {
    const warn = one(result({ verdict: 'warn' }))
    expect(warn).not.toHaveProperty('failure')
    expect(warn['system-out']).toContain('seen: status 200')
    expect(one(result({ verdict: 'warn' }), { strict: true })).toHaveProperty('failure')
    expect(one(result({ verdict: 'info', reason: 'seen so' }), { strict: true })['system-out']).toContain('reason: seen so')
  })

  test.each(['must', 'should', 'practice', 'contract'] as const)('is as red as the exit code for an open %s', (level) => {
    const open = result({ verdict: 'inconclusive', level, reason: 'no answer in 10 s' })
    const root = read(junit([report([result(), open])]))
    expect(root['errors'] === '1').toBe(exitCode([report([result(), open])]) === 3)
    if (root['errors'] === '0') expect(cases(root)[1]!['skipped']).toMatchObject({ message: 'inconclusive: no answer in 10 s' })
  })

  test('holds verdict, level, source and resource as properties', () => {
    const facts = Object.fromEntries(one(result())['properties']['property'].map((each: Node) => [each['name'], each['value']]))
    expect(facts).toMatchObject({ verdict: 'pass', level: 'must', resource: 'document', source: 'RFC 9110 §13.1.1' })
  })

  test('shows an interrupted run as an error', () => {
    const root = read(junit([report([], { complete: false })]))
    expect(root['errors']).toBe('1')
  })

  test('keeps several targets apart', () => {
    const root = read(junit([report([result()]), report([result({ verdict: 'fail' })], { target: { name: 'live', urls: [] } })]))
    expect(root['testsuite'].map((suite: Node) => [suite['name'], suite['failures']])).toEqual([
      ['staging: if-match', '0'],
      ['live: if-match', '1'],
    ])
  })

  test('is well formed whatever the wire brings', () => {
    fc.assert(
      fc.property(fc.oneof(fc.string({ unit: 'binary' }), fc.constantFrom(...hostile)), fc.constantFrom(...verdicts), (text, verdict) => {
        const xml = junit([report([hostileResult(text, verdict)], { target: { name: text, urls: [text] }, complete: false })])
        read(xml)
      }),
      { seed: 3, numRuns: 400 },
    )
  })

  test.each(hostile)('gives %j back as a person sees it', (text) => {
    const decode: Record<string, string> = { '&lt;': '<', '&gt;': '>', '&quot;': '"', '&amp;': '&' }
    const xml = junit([report([result({ verdict: 'fail', reason: text })])])
    const written = /<failure message="([^"]*)"/.exec(xml)![1]!
    expect(written.replace(/&(?:lt|gt|quot|amp);/g, (entity) => decode[entity]!)).toBe(visible(text))
  })
})
