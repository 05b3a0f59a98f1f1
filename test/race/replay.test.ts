import fc from 'fast-check'
import { expect, test } from 'vitest'
import { readReplay, repeated, replaysOf, written, type Replay } from '../../suites/history/replay.ts'
import { ContractError } from '../../spec/contract-error.ts'
import { race, report, result } from '../reports/build.ts'

const deliveries = ['last-byte', 'parallel', 'held-body']
const run = report([
  result({ verdict: 'fail', check: 'races/stale-token', race: race() }),
  result({ race: race({ losses: 0, shown: { ...race().shown!, findings: [] } }) }),
])
const [replay] = replaysOf(run)

/** The file with one thing changed, and what reading it says. */
function complaint(change: (file: Record<string, never>) => void): string {
  const file = JSON.parse(written(replay!))
  change(file)
  return refusal(JSON.stringify(file, null, 2))
}

function refusal(text: string): string {
  try {
    readReplay(text, 'lost.replay.json', deliveries)
  } catch (error) {
    if (error instanceof ContractError) return error.message
    throw error
  }
  throw new Error('it was read')
}

test('a round that proved something can be run again; one that proved nothing is none', () => {
  expect(replaysOf(run)).toHaveLength(1)
  expect(replay).toMatchObject({ check: 'races/stale-token', resource: 'document', seed: '8c1f52', round: 3, delivery: 'last-byte' })
  expect(replay!.requests.map(({ writer, role, sent, wrote }) => [writer, role, sent, wrote])).toEqual(
    ['A', 'B', 'C', 'D', 'E'].map((writer, index) => [writer, 'write', '"8f1c-7"', `k3x9-${index + 1}`]),
  )
  expect(replay!.proved.map(({ kind }) => kind)).toEqual(['lost-update'])
})

test('what is written is read again, from a file of its own and out of the JSON report', () => {
  expect(readReplay(written(replay!), 'a.json', deliveries)).toEqual([replay])
  expect(readReplay(JSON.stringify(run), 'run.json', deliveries)).toEqual([replay])
})

test('any texts survive', () => {
  const request = fc.record({
    writer: fc.string(),
    role: fc.constantFrom('write', 'create', 'delete'),
    call: fc.double({ min: 0, max: 1e6, noNaN: true }).map((ms) => ms || 0),
    sent: fc.option(fc.string({ unit: 'grapheme' })),
    wrote: fc.option(fc.string()),
  })
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.array(request, { minLength: 2, maxLength: 5 }), (text, requests) => {
      const one: Replay = {
        ...replay!,
        seed: text,
        start: { exists: false, value: text, token: null },
        requests: requests as Replay['requests'],
      }
      expect(readReplay(written(one), 'a.json', deliveries)).toEqual([one])
    }),
    { seed: 11, numRuns: 200 },
  )
})

test.each<[string, (file: Record<string, any>) => void]>([
  [
    'lost.replay.json:9:3: "delivery" is "last-bite"; it must be one of last-byte, parallel, held-body (did you mean last-byte?)',
    (file) => (file['delivery'] = 'last-bite'),
  ],
  ['lost.replay.json:1:1: "check" is missing; it must be a text', (file) => delete file['check']],
  ['lost.replay.json:18:7: "role" is "read"; it must be one of write, create, delete', (file) => (file['requests'][0].role = 'read')],
  ['lost.replay.json:15:3: "requests" is []; it must be a list of at least 2 maps', (file) => (file['requests'] = [])],
  ['lost.replay.json:1:1: the file has version 2 of the format; this ifmatch reads version 1', (file) => (file['version'] = 2)],
  [
    'lost.replay.json:1:1: this is neither a replay file nor the JSON report of a run (--report json=FILE)',
    (file) => delete file['ifmatch'],
  ],
])('%s', (message, change) => {
  expect(complaint(change)).toContain(message)
})

test('what is no file of ours is told from one that is empty, broken or has nothing in it', () => {
  expect(refusal('[1, 2]')).toContain('neither a replay file nor')
  expect(refusal('')).toContain('the document is empty')
  expect(refusal('{"ifmatch": "replay", ')).toMatch(/^lost\.replay\.json:1:\d+: /)
  expect(refusal(JSON.stringify(report([result()])))).toContain('no race that proved anything')
})

test('a replay ends in a sentence', () => {
  const found = race()
  expect(repeated(replay!, found)).toEqual({ reproduced: true, words: `reproduced, in round 3: ${found.shown!.findings[0]!.words}` })
  expect(repeated(replay!, race({ rounds: 20, losses: 0, shown: { ...found.shown!, findings: [] } }))).toEqual({
    reproduced: false,
    words: 'not reproduced: 20 rounds, no loss seen: rate below 14 % at 95 %',
  })
  const other = { ...found.shown!, findings: [{ ...found.shown!.findings[0]!, kind: 'phantom' as const, words: 'F saw "x"' }] }
  expect(repeated(replay!, race({ shown: other }))).toEqual({
    reproduced: false,
    words: 'another finding than in round 3 of the first run, in round 3: F saw "x"',
  })
})
