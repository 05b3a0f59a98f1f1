import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { replay } from '../../cli/replay.ts'
import { createMock } from '../../mock/index.ts'
import { loadContract } from '../../spec/index.ts'
import type { Report } from '../../reports/model.ts'
import { oneWinner } from '../../suites/races/stale-token.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { replaysOf, written } from '../../suites/history/replay.ts'
import { type Target, withDefaults } from '../../suites/target.ts'

const contract = new URL('./servers/notes.openapi.yaml', import.meta.url).pathname
const loaded = await loadContract(contract)
const never = new AbortController().signal

async function mocked(...faults: string[]): Promise<{ target: Target } & AsyncDisposable> {
  const { url, close } = await createMock(loaded, { faults }).listen({ port: 0 })
  return { target: { ...withDefaults({ urls: [url], contract }), loaded }, [Symbol.asyncDispose]: close }
}

test('what a race proved is reproduced where it is still so, and not where it was mended', async () => {
  const file = join(mkdtempSync(join(tmpdir(), 'replay-')), 'lost.json')
  await using broken = await mocked('check-then-write-20ms')
  const results = await runCheck(oneWinner, broken.target)
  expect(results[0]!.verdict).toBe('fail')
  const report = { seed: 's', contract: { digest: loaded.digest }, results } as unknown as Report
  writeFileSync(file, written(replaysOf(report)[0]!))
  expect(await replay([broken.target], file, never)).toBe(1)
  await using mended = await mocked()
  expect(await replay([mended.target], file, never)).toBe(0)
})

test('a file that cannot be read is wrong usage', async () => {
  await using mock = await mocked()
  await expect(replay([mock.target], '/nowhere.json', never)).rejects.toThrow('--replay /nowhere.json: cannot be read (ENOENT)')
})
