import { describe, expect, test } from 'vitest'
import type { Verdict } from '../../reports/model.ts'
import * as entityTags from '../../suites/entity-tags.ts'
import { writeAnswerCurrent } from '../../suites/entity-tags-written.ts'
import * as ifMatch from '../../suites/if-match.ts'
import { exactComparison } from '../../suites/exact-comparison.ts'
import * as ifMatchTags from '../../suites/if-match-tags.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { type Behaviour, right, serve, targetAt } from './documents.ts'

const checks = [...Object.values(entityTags), writeAnswerCurrent, ...Object.values(ifMatch), ...Object.values(ifMatchTags), exactComparison]

/** The verdicts of all checks on a server, by id; a reason is said where it is neither pass nor skip. */
async function verdicts(changes: Partial<Behaviour>): Promise<{ found: Record<string, Verdict>; told: string[]; left: number }> {
  await using server = await serve(changes)
  const target = await targetAt(server.url)
  const results = (await Promise.all(checks.map((check) => runCheck(check, target)))).flat()
  const told = results
    .filter(({ verdict }) => !['pass', 'skip'].includes(verdict))
    .map(({ check, verdict, reason, seen }) => `${verdict} ${check}: ${reason}; ${seen}`)
  return { found: Object.fromEntries(results.map(({ check, verdict }) => [check, verdict])), told, left: server.count() }
}

const weak: Behaviour['tag'] = (document) => `W/"${document.version}"`
const members = (field: string): string[] => field.split(',').map((member) => member.trim())

describe('a server that is right is not accused, however it does it', () => {
  const servers: Record<string, Partial<Behaviour>> = {
    'strong tags': {},
    'weak tags, which If-Match never matches': { tag: weak },
    'If-Match required although nobody promised it': { required: true },
    'a counter of reads, left out of what is compared, under weak tags': { tag: weak, extra: (_, reads) => ({ views: reads }) },
    'the time of the last request in the content': { tag: weak, extra: () => ({ seen: new Date().toISOString() }) },
    'tags made of the content': { tag: (document) => `"${Buffer.from(JSON.stringify(document.body)).toString('base64url')}"` },
    'an empty first tag': { tag: (document) => `"${'x'.repeat(document.version - 1)}"` },
    'answers to writes without a tag': { writeTag: () => undefined },
    'no revalidation': { revalidates: false },
    'HEAD without a tag': { headTag: () => undefined },
  }
  test.each(Object.entries(servers))('%s', async (_, changes) => {
    const { told, left } = await verdicts(changes)
    expect(told.filter((line) => !line.startsWith('info'))).toEqual([])
    expect(left, 'everything is deleted again').toBe(0)
  })
})

describe('a server that is wrong is caught, by the check that is about it', () => {
  const wrong: [title: string, check: string, verdict: Verdict, changes: Partial<Behaviour>][] = [
    ['no tag', 'entity-tags/present', 'fail', { tag: () => undefined }],
    ['tags without quotes', 'entity-tags/syntax', 'fail', { tag: (document) => `v${document.version}`, matches: () => true }],
    ['a small w before the quotes', 'entity-tags/syntax', 'fail', { tag: (document) => `w/"${document.version}"`, matches: () => true }],
    ['a list of tags', 'entity-tags/single', 'warn', { tag: (document) => `"v${document.version}", "gateway"`, matches: () => true }],
    ['a tag that never changes', 'entity-tags/changes-on-write', 'fail', { tag: () => '"same"' }],
    [
      'another tag with every read',
      'entity-tags/stable',
      'warn',
      { tag: (document, reads) => `"${document.version}-${reads}"`, matches: () => true },
    ],
    ['a counter in the content under a strong tag', 'entity-tags/same-bytes', 'warn', { extra: (_, reads) => ({ views: reads }) }],
    [
      'the old tag after a write',
      'entity-tags/write-answer-current',
      'fail',
      { writeTag: (document) => `"v${Math.max(1, document.version - 1)}"` },
    ],
    ['If-Match is ignored', 'if-match/stale-not-performed', 'fail', { matches: () => true }],
    [
      'If-Match is ignored on PATCH',
      'if-match/stale-patch-not-performed',
      'fail',
      { matches: (field, tag, method) => method === 'PATCH' || right.matches(field, tag, method) },
    ],
    [
      'If-Match is ignored on DELETE',
      'if-match/stale-delete-not-performed',
      'fail',
      { matches: (field, tag, method) => method === 'DELETE' || right.matches(field, tag, method) },
    ],
    ['refused, but written', 'if-match/stale-not-performed', 'fail', { writesAnyway: true }],
    ['another status than the contract says', 'if-match/stale-not-performed', 'fail', { refusal: 409 }],
    ['nothing ever matches', 'if-match/current-performed', 'fail', { matches: (field) => field === undefined || field === '*' }],
    [
      '* is taken for a tag',
      'if-match/any-performed',
      'warn',
      { matches: (field, tag, method) => field !== '*' && right.matches(field, tag, method) },
    ],
    [
      'the whole field is compared',
      'if-match/list-with-current-performed',
      'warn',
      { matches: (field, tag) => field === undefined || field === '*' || field === tag },
    ],
    [
      'a list passes',
      'if-match/list-of-stale-not-performed',
      'fail',
      { matches: (field, tag, method) => field?.includes(',') || right.matches(field, tag, method) },
    ],
    [
      'a part of the tag is enough',
      'if-match/exact-comparison',
      'fail',
      { matches: (field, tag, method) => right.matches(field, tag, method) || (field !== '""' && tag!.includes(field!.slice(1, -1))) },
    ],
    [
      'weak comparison',
      'if-match/weak-never-matches',
      'info',
      { matches: (field, tag) => field === undefined || field === '*' || members(field.replaceAll('W/', '')).includes(tag!) },
    ],
    [
      'what is no tag is ignored',
      'if-match/malformed-not-performed',
      'warn',
      { matches: (field, tag, method) => !/^(W\/)?".*"$|^\*$/.test(field ?? '*') || right.matches(field, tag, method) },
    ],
  ]
  test('another status than the contract has is a breach of the contract alone', async () => {
    await using server = await serve({ refusal: 409 })
    const [result] = await runCheck(ifMatch.staleNotPerformed, await targetAt(server.url))
    expect(result).toMatchObject({ verdict: 'fail', level: 'contract' })
    await using lossy = await serve({ matches: () => true })
    const [lost] = await runCheck(ifMatch.staleNotPerformed, await targetAt(lossy.url))
    expect(lost).toMatchObject({ verdict: 'fail', level: 'must' })
  })

  test.each(wrong)('%s: %s', async (_, id, verdict, changes) => {
    const { found } = await verdicts(changes)
    expect(found[id]).toBe(verdict)
  })

  test('what is no tag must not switch the protection off where weak tags match, either', async () => {
    const overlays = [new URL('servers/weak-match.overlay.yaml', import.meta.url).pathname]
    for (const [verdict, passes] of [
      ['pass', (): boolean => false],
      ['warn', (field: string): boolean => !/^(W\/)?".*"$/.test(field)],
    ] as const) {
      await using server = await serve({
        tag: weak,
        matches: (field, tag) => field === undefined || field === '*' || field === tag || passes(field),
      })
      const [result] = await runCheck(ifMatchTags.malformedNotPerformed, await targetAt(server.url, { overlays }))
      expect(result).toMatchObject({ verdict })
    }
  })

  test('what hangs on a missing tag is blocked by the one check that asks for it', async () => {
    const { found } = await verdicts({ tag: () => undefined })
    expect(Object.entries(found).filter(([, verdict]) => verdict === 'fail')).toEqual([['entity-tags/present', 'fail']])
    await using server = await serve({ tag: () => undefined })
    const [result] = await runCheck(ifMatch.staleNotPerformed, await targetAt(server.url))
    expect(result).toMatchObject({ verdict: 'skip', reason: 'blocked by entity-tags/present: no token at $response.header.ETag' })
  })

  test('a server that stores nothing is not judged', async () => {
    const { found } = await verdicts({ stores: false })
    expect(found['if-match/stale-not-performed']).toBe('inconclusive')
    expect(found['entity-tags/changes-on-write']).toBe('inconclusive')
  })
})

test('the hash of a content that comes back is no lost update', async () => {
  const { found } = await verdicts({ tag: (document) => `"${Buffer.from(JSON.stringify(document.body)).toString('hex').slice(-40)}"` })
  expect(found['if-match/stale-not-performed']).toBe('pass')
})
