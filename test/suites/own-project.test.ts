import { execFile } from 'node:child_process'
import { existsSync, readFileSync } from 'node:fs'
import { mkdir, mkdtemp, rm, symlink, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { contractFile, serve } from './documents.ts'

const here = (path: string): string => fileURLToPath(new URL(`../../${path}`, import.meta.url))
/** The page shows a check, and a test file that runs it beside ours. */
const [checkOfPage, testOfPage] = [...readFileSync(here('docs/custom-checks.md'), 'utf8').matchAll(/^```ts\n([^]*?)^```$/gm)].map(
  ([, code]) =>
    code!
      .replace("'ifmatch'", JSON.stringify(here('suites/kit/check.ts')))
      .replace("'ifmatch/vitest'", JSON.stringify(here('suites/vitest/index.ts'))),
)
const missing = `import { check } from ${JSON.stringify(here('suites/kit/check.ts'))}
export const counted = check({
  id: 'refusals/are-counted', level: 'practice', severity: 'fail', source: 'our guideline', title: 'a refusal says how many there were',
  why: 'nobody sees that one form causes them all', fix: 'count them', needs: ['create'], catches: [],
  async run(kit) {
    const item = await kit.resource.create()
    kit.prove.that(item.created.header('x-refusals') !== undefined, 'nobody counts', 'a number', 'none')
  },
})
`

let folder: string
beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ifmatch-own-'))
  await mkdir(join(folder, 'checks'))
  await symlink(here('node_modules'), join(folder, 'node_modules'))
  await writeFile(join(folder, 'checks/refusals.conflict.ts'), checkOfPage!)
  await writeFile(join(folder, 'checks/counted.conflict.ts'), missing)
  await writeFile(join(folder, 'conflicts.test.ts'), testOfPage!)
})
afterAll(() => rm(folder, { recursive: true, force: true }))

interface Ran {
  testResults: { assertionResults: { fullName: string; status: string; failureMessages: string[] }[] }[]
}

test('in a vitest project of one’s own, checks of one’s own run beside ours', async () => {
  await using server = await serve()
  await writeFile(join(folder, 'staging.target.yaml'), `urls: ['${server.url}']\ncontract: ${contractFile}\n`)
  const file = join(folder, 'ran.json')
  const args = ['run', '--root', folder, '--reporter=json', `--outputFile=${file}`, '-t', 'refusals|entity-tags']
  const printed = await new Promise<string>((resolve) =>
    execFile(process.execPath, [here('node_modules/vitest/vitest.mjs'), ...args], { cwd: folder }, (_, ...told) => resolve(told.join(''))),
  )
  expect(existsSync(file), printed).toBe(true)
  const { testResults } = JSON.parse(readFileSync(file, 'utf8')) as Ran
  const ran = new Map(testResults.flatMap(({ assertionResults }) => assertionResults).map((one) => [one.fullName, one]))
  const ended = (name: string): string | undefined => [...ran.values()].find(({ fullName }) => fullName.includes(name))?.status
  expect(ended('entity-tags document: a read carries')).toBe('passed')
  expect([...ran.values()].filter(({ fullName, status }) => fullName.startsWith('refusals ') && status === 'passed')).toHaveLength(1)
  const counted = ran.get('refusals document: a refusal says how many there were')
  expect(counted?.status).toBe('failed')
  expect(counted?.failureMessages.join()).toContain('nobody counts')
  expect(server.count()).toBe(0)
})
