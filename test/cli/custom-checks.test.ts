import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { ifmatch } from './command.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const [, example] = /^```ts\n([^]*?)^```$/m.exec(read('docs/custom-checks.md'))!
const code = example!.replace("'ifmatch'", JSON.stringify(new URL('../../suites/kit/check.ts', import.meta.url).href))
const folder = mkdtempSync(join(tmpdir(), 'ifmatch-checks-'))

beforeAll(() => {
  mkdirSync(join(folder, 'checks'))
  const write = (name: string, text: string): void => writeFileSync(join(folder, 'checks', name), text)
  write('refusals.conflict.ts', code)
  write('again.conflict.ts', code)
  write('taken.conflict.ts', code.replace('refusals/tell-the-tag', 'if-match/stale-not-performed'))
  write('joins.conflict.ts', code.replace('refusals/tell-the-tag', 'not/tell-the-tag'))
  write('broken.conflict.ts', 'export const one = check({')
  write('empty.conflict.ts', 'export const one = 1')
  write('halves.conflict.ts', "export const one = { id: 'Titles', level: 'maybe', run: 1 }")
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

test('the example of the page passes on the mock, beside ours', async () => {
  const args = [
    'test',
    '--checks',
    'checks/refusals.*.ts',
    '--only',
    'refusals',
    '--only',
    'if-match/stale-not-performed',
    '--report',
    'json=run.json',
  ]
  const { code, stdout, stderr } = await ifmatch(args, { cwd: folder })
  expect(stderr).toBe('')
  expect(code, stdout).toBe(0)
  const { results } = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8')) as { results: { check: string; verdict: string }[] }
  expect([...new Set(results.map(({ check }) => check))]).toEqual(['if-match/stale-not-performed', 'refusals/tell-the-tag'])
  expect(results).toContainEqual(expect.objectContaining({ check: 'refusals/tell-the-tag', verdict: 'pass' }))
})

test.concurrent.for<[string, string[]]>([
  ['nothing/*.ts', ['--checks nothing/*.ts: no file is matched; put the pattern in quotes']],
  ['checks/taken.*', ['checks/taken.conflict.ts: the id if-match/stale-not-performed is taken by ifmatch itself; give it another']],
  [
    'checks/{again,refusals}.*',
    ['checks/refusals.conflict.ts: the id refusals/tell-the-tag is taken by checks/again.conflict.ts; give it another'],
  ],
  [
    'checks/joins.*',
    ['checks/joins.conflict.ts: the id not/tell-the-tag begins with a word that joins tags in vitest; give it another subject'],
  ],
  ['checks/broken.*', ['checks/broken.conflict.ts: cannot be loaded: ']],
  ['checks/empty.*', ['checks/empty.conflict.ts: exports no check; expected `export const name = check({ … })`']],
  [
    'checks/halves.*',
    [
      'the id "Titles" is not of the form subject/name',
      'Titles has no why; expected a text',
      'Titles has the level "maybe"; expected must, should, practice, contract',
      'Titles has no needs; expected a list',
      'Titles has no run; expected a function of the kit',
    ],
  ],
])('--checks %s is wrong usage', async ([pattern, says], { expect }) => {
  const { code, stdout, stderr } = await ifmatch(['test', '--checks', pattern], { cwd: folder })
  for (const line of says) expect(stderr).toContain(line)
  expect(stderr).toMatch(/^(ifmatch: .*\n)+$/)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})
