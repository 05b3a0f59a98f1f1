import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Report } from '../../reports/model.ts'
import { contractFile, serve } from '../suites/documents.ts'
import { ifmatch } from './command.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-'))
afterAll(() => rmSync(folder, { recursive: true }))

/** Requests by check, and altogether, as a plan tells them. */
function counts(stdout: string): Map<string, number> {
  const rows = [...stdout.matchAll(/^ {2}(\S+)(?: on \S+)? +(?:\S+ +)*?≥?(\d+)$/gm)]
  return new Map(rows.map(([, name, all]) => [name!, Number(all)]))
}

test('a dry run sends nothing, not even for a token, and tells about what a run then sends', async () => {
  await using server = await serve()
  const target = `urls: ['${server.url}']\ncontract: ${contractFile}\nidentities: { a: { oauth: { token: "${server.url}/token", id: i, secret: "\${S}" } } }\n`
  writeFileSync(join(folder, 'shop.target.yaml'), target)
  const only = ['--only', 'if-match', '--only', 'entity-tags']
  const planned = await ifmatch(['test', 'shop.target.yaml', '--dry-run', ...only, '--rps', '5'], { cwd: folder, env: { S: 'secret' } })
  expect(planned).toMatchObject({ code: 0, stderr: '' })
  expect(server.requests).toEqual([])
  expect(planned.stdout).toMatch(/^shop {2}http:\/\/127.0.0.1:\d+\n/)
  expect(planned.stdout).toContain('Nothing was sent to the API.')
  expect(planned.stdout.replaceAll('\n', ' ')).toMatch(/At 5 a second: about \d/)

  const plan = counts(planned.stdout)
  const run = await ifmatch(['test', server.url, '--contract', contractFile, ...only, '--report', 'json=r.json'], { cwd: folder })
  const { results } = JSON.parse(readFileSync(join(folder, 'r.json'), 'utf8')) as Report
  expect(run.stderr).toBe('')
  // 0: others sent what it looks at
  for (const { check, verdict, resource } of results)
    if (verdict === 'pass') expect(plan.get(check), `${check} on ${resource}`).toBeDefined()
  const sent = server.requests.length
  expect(plan.get('total')! / sent).toBeGreaterThan(0.7)
  expect(plan.get('total')! / sent).toBeLessThan(1.4)
})

test('read-only, a plan has nothing but what is safe', async () => {
  const { code, stdout } = await ifmatch(['test', '--dry-run', '--read-only', '--only', 'if-none-match', '--max-requests', '3'])
  expect(code).toBe(0)
  expect(stdout).toMatch(/^ {2}requests, about +GET +(?:HEAD +)?all$/m)
  expect(stdout).toContain('read-only: the check writes')
  expect(stdout.replaceAll('\n', ' ')).toContain('No more than 3 would be sent')
})

test('a plan is no report', async () => {
  const { code, stdout, stderr } = await ifmatch(['test', '--dry-run', '--report', 'json=x.json'])
  expect({ code, stdout, stderr }).toEqual({
    code: 2,
    stdout: '',
    stderr: 'ifmatch: --report json=x.json: a dry run sees nothing that could be reported; leave one of the two out\n',
  })
})
