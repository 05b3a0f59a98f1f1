import { spawnSync } from 'node:child_process'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('../..', import.meta.url))

/** The last line of the test command, and its exit code. */
function run(filter: string, env: Record<string, string>): [line: string | undefined, code: number | null] {
  const { VITEST, VITEST_MODE, VITEST_POOL_ID, VITEST_WORKER_ID, ...own } = process.env
  const { stdout, status } = spawnSync(process.execPath, ['test/run.ts', filter], {
    cwd: root,
    env: { ...own, IFMATCH_FAILED_STEPS: '0', IFMATCH_CI: '', ...env },
    encoding: 'utf8',
  })
  return [stdout.trimEnd().split('\n').at(-1), status]
}

test('the test command ends with how many passed and failed', () => {
  expect(run('test/package/links', {})).toEqual([expect.stringMatching(/^\d+ passed, 0 failed$/), 0])
})

test('a failed step of the CI script is a failure', () => {
  expect(run('test/package/links', { IFMATCH_FAILED_STEPS: '2' })).toEqual([expect.stringMatching(/^\d+ passed, 2 failed$/), 1])
})

test('a test that lacks its Debian package is skipped and told, and fails where everything was to be installed', () => {
  const CHROMIUM = '/nowhere/chromium'
  expect(run('test/reports/html', { CHROMIUM })).toEqual([expect.stringMatching(/^\d+ passed, 0 failed, [1-9]\d* skipped$/), 0])
  expect(run('test/reports/html', { CHROMIUM, IFMATCH_CI: '1' })).toEqual([expect.stringMatching(/^\d+ passed, [1-9]\d* failed$/), 1])
})

test('where there is nothing to run nothing is proved', () => {
  expect(run('test/no-such-test', {})).toEqual(['0 passed, 1 failed', 1])
})
