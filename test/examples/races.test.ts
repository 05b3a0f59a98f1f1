import { expect, test } from 'vitest'
import { missing, start } from '../../examples/mod-dav/start.ts'
import { holdAgainst } from './held.ts'

// held one request at a time with all else (test/examples/servers.test.ts), since locks that meet are lost there
test('mod_dav loses saves that meet', { timeout: 120_000 }, async ({ skip }) => {
  const problem = missing()
  skip(problem !== undefined, problem)
  const server = await start()
  try {
    const more = ['--concurrency', '8', '--only', 'races/stale-token', '--only', 'races/create-only']
    const { report } = await holdAgainst('mod-dav/mod-dav.target.yaml', server.env, more)
    expect(report.results.map(({ check, verdict }) => [check, verdict]).toSorted()).toEqual([
      ['races/create-only', 'fail'],
      ['races/stale-token', 'fail'],
    ])
    expect(report.leftovers).toEqual([])
  } finally {
    await server.stop()
  }
})
