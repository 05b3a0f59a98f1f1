import { writeFile } from 'node:fs/promises'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Result, Severity } from '../../reports/model.ts'
import { ContractError } from '../../spec/index.ts'
import { showContract } from '../../spec/show.ts'
import { catalogue, checkOverrulings } from '../../suites/index.ts'
import type { Check } from '../../suites/kit/check.ts'
import { runCheck } from '../../suites/kit/run.ts'
import type { Target } from '../../suites/target.ts'
import { inDirectory } from '../spec/loading.ts'
import { serve, targetAt } from './documents.ts'
import { trial } from './trial.ts'

/** A target whose contract weighs checks otherwise, as an Overlay says it. */
async function overruling(said: string, url = 'http://127.0.0.1:1'): Promise<Target> {
  const directory = await inDirectory({
    'dialect.yaml':
      "x-conflict:\n  version: 1\n  extends: rfc9110\n  checks:\n    test/this: { severity: info, reason: 'the dialect says so' }\n    test/other: { severity: info, reason: 'so' }\n",
  })
  const overlay = path.join(directory, 'o.overlay.yaml')
  await writeFile(
    overlay,
    `overlay: 1.0.0\ninfo: { title: t, version: "1" }\nactions:\n  - target: $['x-conflict']\n    update:\n      checks: ${said}\n`,
  )
  return targetAt(url, { overlays: [overlay], dialects: [path.join(directory, 'dialect.yaml')] })
}

function finding(severity: Severity, id = 'test/this', doubted = false): Check {
  return trial(async (kit) => (doubted ? kit.doubt('it is odd', 'a', 'b') : kit.prove.that(false, 'it is not so', 'a', 'b')), {
    id,
    severity,
  })
}

async function held(one: Check, said: string): Promise<Result> {
  await using server = await serve()
  const [result] = await runCheck(one, await overruling(said, server.url))
  return result!
}

test.for([
  ['fail', '{ severity: warn, reason: because }', 'warn'],
  ['warn', '{ severity: fail, reason: because }', 'fail'],
  ['fail', '{ severity: info, reason: because }', 'info'],
] as const)('a %s that the contract calls %s is one, and the report tells why', async ([own, said, verdict]) => {
  const result = await held(finding(own), `{ test/this: ${said} }`)
  expect(result).toMatchObject({ verdict, severity: verdict, level: 'must', overruled: { severity: own, reason: 'because' } })
  expect(result.reason).toBe('it is not so')
})

test('what the contract turns off is a skip with its reason', async () => {
  const { verdict, reason } = await held(finding('fail'), '{ test/this: { severity: "off", reason: because } }')
  expect({ verdict, reason }).toEqual({ verdict: 'skip', reason: 'off: because' })
})

test('a doubt weighs no more than the contract lets it, and is never made a failure', async () => {
  expect((await held(finding('fail', 'test/this', true), '{ test/this: { severity: info, reason: because } }')).verdict).toBe('info')
  expect((await held(finding('info', 'test/this', true), '{ test/this: { severity: fail, reason: because } }')).verdict).toBe('warn')
})

test('a dialect overrules, the contract overrules that, and false brings back what the check says', async () => {
  expect(await held(finding('fail', 'test/other'), '{}')).toMatchObject({ verdict: 'info', overruled: { reason: 'so' } })
  const back = await held(finding('fail', 'test/other'), '{ test/other: false }')
  expect(back.verdict).toBe('fail')
  expect(back.overruled).toBeUndefined()
})

test('checks that are not named weigh what they weigh', async () => {
  const result = await held(finding('fail', 'test/third'), '{ test/this: { severity: warn, reason: because } }')
  expect(result.verdict).toBe('fail')
  expect(result.overruled).toBeUndefined()
})

test('an id that no check has is told with its place and the nearest', async () => {
  const { loaded } = await overruling(
    '{ if-match/weak-never-match: { severity: warn, reason: because }, test/this: false, test/other: false }',
  )
  expect(() => checkOverrulings(loaded, catalogue)).toThrow(ContractError)
  expect(() => checkOverrulings(loaded, catalogue)).toThrow(
    /o\.overlay\.yaml:6:\d+: there is no check "if-match\/weak-never-match"; did you mean if-match\/weak-never-matches\?/,
  )
})

test.for<[said: string, told: string]>([
  ['{ if-match/weak-never-matches: { severity: warn } }', 'needs reason'],
  ['{ if-match/weak-never-matches: { severity: loud, reason: because } }', '"loud" does not fit severity'],
])('%s is refused: %s', async ([said, told]) => {
  await expect(overruling(said)).rejects.toThrow(told)
})

test('the resolved contract shows it with its origin', async () => {
  const { loaded } = await overruling('{ if-match/weak-never-matches: { severity: warn, reason: because } }')
  expect(showContract(loaded)).toMatch(
    / {6}if-match\/weak-never-matches: \{ severity: warn, reason: because \} +# said, .*o\.overlay\.yaml:6/,
  )
})

test('no dialect of ours names a check that there is not', async () => {
  const { builtInDialects } = await import('../../spec/dialects.ts')
  for (const name of builtInDialects()) {
    const { loaded } = await targetAt('http://127.0.0.1:1', { dialects: [name] })
    expect(() => checkOverrulings(loaded, catalogue)).not.toThrow()
  }
})
