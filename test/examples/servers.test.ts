import { spawn } from 'node:child_process'
import { once } from 'node:events'
import path from 'node:path'
import { createInterface } from 'node:readline'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import * as azurite from '../../examples/azurite/start.ts'
import * as tables from '../../examples/azurite/tables.ts'
import * as cap from '../../examples/cap/start.ts'
import * as solid from '../../examples/javascript-solid-server/start.ts'
import * as jsonServer from '../../examples/json-server/start.ts'
import * as modDav from '../../examples/mod-dav/start.ts'
import * as nephele from '../../examples/nephele/start.ts'
import * as pouchdb from '../../examples/pouchdb/start.ts'
import { install, type Running } from '../../examples/serve.ts'
import * as tus from '../../examples/tus/start.ts'
import { type Held, holdAgainst, verdictsOf } from './held.ts'

const examples = path.resolve(import.meta.dirname, '../../examples')
const installing = 600_000

interface Example {
  name: string
  folder?: string
  script?: string
  expected?: string
  start: (port?: number) => Promise<Running>
  /** It is said to have failures. */
  faults: boolean
  /** Why it cannot be started here, where it does not come from npm. */
  missing?: () => string | undefined
  /** Takes long to install: left out where all is held within minutes. */
  large?: boolean
}

const servers: Example[] = [
  { name: 'azurite', start: azurite.start, faults: true },
  { name: 'tables', folder: 'azurite', script: 'tables.ts', expected: 'tables.expected.json', start: tables.start, faults: false },
  { name: 'pouchdb', start: pouchdb.start, faults: true },
  { name: 'javascript-solid-server', start: solid.start, faults: true, large: true },
  { name: 'nephele', start: nephele.start, faults: true },
  // promises nothing about conflicts, so no fail
  { name: 'json-server', start: jsonServer.start, faults: false },
  { name: 'cap', start: cap.start, faults: true },
  { name: 'tus', start: tus.start, faults: true },
  // comes from the distribution, not from npm
  { name: 'mod-dav', start: modDav.start, faults: true, missing: modDav.missing },
]

const held = servers.filter(({ large }) => !large || !process.env['IFMATCH_CI'])

/** Why an example cannot be started, if so. All are installed from the start: most of that is waiting for the registry. */
const problems = new Map<string, Promise<string | undefined>>()
for (const { name, folder = name, missing } of held) {
  const problem = problems.get(folder) ?? (missing ? Promise.resolve(missing()) : problemOf(install(path.join(examples, folder))))
  problems.set(folder, problem)
}

function problemOf(installation: Promise<void>): Promise<string | undefined> {
  return installation.then(
    () => undefined,
    (error: Error) => error.message,
  )
}

describe.each(held)('$name', ({ name, folder = name, script = 'start.ts', expected = 'expected.json', start, faults }) => {
  const directory = path.join(examples, folder)
  let problem: string | undefined
  let server: Running | undefined
  let run: Held

  beforeAll(async () => {
    problem = await problems.get(folder)
    if (problem !== undefined) return
    server = await start()
    run = await holdAgainst(`${folder}/${name}.target.yaml`, server.env)
  }, installing)
  afterAll(() => server?.stop())

  test('gets the verdicts that were confirmed by hand', async ({ skip }) => {
    skip(problem !== undefined, problem)
    await expect(verdictsOf(run.report)).toMatchFileSnapshot(path.join(directory, expected))
  })

  test('is judged whole: it fails where faults are known, nothing is inconclusive, nothing is left over', ({ skip }) => {
    skip(problem !== undefined, problem)
    expect(run.report.complete).toBe(true)
    expect(run.report.results.filter(({ verdict }) => verdict === 'inconclusive')).toEqual([])
    expect(run.report.leftovers).toEqual([])
    const { fail } = run.report.summary
    if (faults) expect(fail).toBeGreaterThan(0)
    else expect(fail).toBe(0)
    expect(run.report.summary.pass).toBeGreaterThanOrEqual(10)
    expect(run.code).toBe(faults ? 1 : 0)
  })

  test('keeps what came from the environment out of the report and the terminal', ({ skip }) => {
    skip(problem !== undefined, problem)
    const secrets = Object.entries(server!.env).filter(([variable]) => !variable.endsWith('_URL'))
    for (const [, value] of secrets) {
      for (const spelling of [value, encodeURIComponent(value)]) {
        expect(run.text).not.toContain(spelling)
        expect(run.printed).not.toContain(spelling)
      }
    }
  })

  test('is started by one line, tells its environment, and ends on SIGTERM', async ({ skip }) => {
    skip(problem !== undefined, problem)
    const child = spawn(process.execPath, [path.join(directory, script)], { stdio: ['ignore', 'pipe', 'inherit'] })
    const lines: string[] = []
    for await (const line of createInterface(child.stdout)) {
      lines.push(line)
      if (lines.filter((text) => text.startsWith('export ')).length === Object.keys(server!.env).length) break
    }
    expect(lines[0]).toMatch(/^listening on \S+/)
    const url = lines[0]!.split(' ')[2]!
    expect((await fetch(url)).status).toBeLessThan(500)
    const ended = once(child, 'close')
    child.kill('SIGTERM')
    expect(await ended).toEqual([0, null])
    await expect(fetch(url)).rejects.toThrow('fetch failed')
  })
})
