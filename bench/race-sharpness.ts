/**
 * `node bench/race-sharpness.ts [RUNS [ROUNDS [LINE…]]]` (all lines, or those that are named): how surely a default run of a race finds a window of one turn of the event loop, beside the
 * same number of rounds with plain parallel fetch; and that servers which lose nothing are never accused. Both by all ways of delivery, and over HTTP/2 by
 * `single-packet` alone. Each server runs in a thread of its own.
 */
import { readFileSync } from 'node:fs'
import { cpus, loadavg } from 'node:os'
import { getCACertificates, setDefaultCACertificates } from 'node:tls'
import { fileURLToPath } from 'node:url'
import { Worker } from 'node:worker_threads'
import type { Verdict } from '../reports/model.ts'
import { loadContract } from '../spec/index.ts'
import { catalogue } from '../suites/index.ts'
import { runCheck } from '../suites/kit/run.ts'
import { Session } from '../suites/kit/session.ts'
import { racingOf, type Racing, type Target, withDefaults } from '../suites/target.ts'
import type { Serving } from './race-server.ts'

const runs = Number(process.argv[2] ?? 1000)
const least = Number(process.argv[3] ?? 10_000)
const wanted = process.argv.slice(4)
const document = fileURLToPath(new URL('../test/race/servers/notes.openapi.yaml', import.meta.url))
const loaded = await loadContract(document)
const ca = readFileSync(new URL('../test/suites/tls/ca.pem', import.meta.url), 'utf8')
// for the plain fetch
setDefaultCACertificates([...getCACertificates('default'), ca])
const overHttp2: Partial<Racing> = { delivery: 'single-packet' }

console.log(`Node ${process.version}, ${cpus().length} CPUs, load ${words(loadavg())} before`)
await sharpness('check-then-write-turn', { document, faults: ['check-then-write-turn'] }, runs)
await sharpness('checked-at-head', { document, faults: ['checked-at-head'] }, Math.ceil(runs / 10))
await sharpness('single-packet', { careless: true }, runs, overHttp2)
await accusations('mock', { document, faults: [] })
await accusations('atomic', { losses: { before: 0, after: 0, busy: 0 } })
await accusations('atomic, lossy', { losses: { before: 0.05, after: 0.05, busy: 0.01 } })
await accusations('single-packet, atomic', { careless: false }, overHttp2)
console.log(`load ${words(loadavg())} afterwards`)

/** In how many runs the loss is found: by the check, and by fetch in as many rounds with as many writers. */
async function sharpness(name: string, serving: Serving, runs: number, races: Partial<Racing> = {}): Promise<void> {
  if (!isWanted(name)) return
  await using server = await started(serving, races)
  const check = catalogue.find(({ id }) => id === 'races/stale-token')!
  const { rounds, writers } = racingOf(server.target)
  const session = new Session(server.target)
  let found = 0
  let needed = 0
  let plain = 0
  for (let run = 0; run < runs; run++) {
    const [result] = await runCheck(check, server.target, { session })
    if (result!.verdict === 'fail') found++
    needed = Math.max(needed, result!.race?.rounds ?? 0)
    for (let round = 0; round < rounds; round++) {
      if (!(await lostByFetch(server.target.urls[0]!, writers))) continue
      plain++
      break
    }
  }
  await session.close()
  console.log(
    `${name.padEnd(22)} found in ${share(found, runs)} of ${runs} default runs (aim 99.9 %, at the latest in round ${needed} of ${rounds}); plain fetch: ${share(plain, runs)}`,
  )
}

async function lostByFetch(url: string, writers: number): Promise<boolean> {
  const json = { 'Content-Type': 'application/json' }
  const title = Math.random().toString(36)
  const made = await fetch(`${url}/notes`, { method: 'POST', headers: json, body: JSON.stringify({ title, text: 'a' }) })
  const { id } = (await made.json()) as { id: string }
  const at = `${url}/notes/${id}`
  const tag = (await fetch(at)).headers.get('ETag')!
  const answers = await Promise.all(
    Array.from({ length: writers }, (_, writer) =>
      fetch(at, { method: 'PUT', headers: { ...json, 'If-Match': tag }, body: JSON.stringify({ title, text: `${writer}` }) }),
    ),
  )
  await Promise.all(answers.map((answer) => answer.arrayBuffer()))
  await fetch(at, { method: 'DELETE' })
  return answers.filter(({ ok }) => ok).length > 1
}

/** All race checks in turns until there were so many rounds: whoever is accused is told in full. */
async function accusations(name: string, serving: Serving, races: Partial<Racing> = {}): Promise<void> {
  if (!isWanted(name)) return
  await using server = await started(serving, races)
  const checks = catalogue.filter(({ races }) => races)
  const verdicts = new Map<Verdict, number>()
  let rounds = 0
  const begin = performance.now()
  while (rounds < least) {
    const target: Target = { ...server.target, races: { ...races, rounds: 60 }, seed: `${name} ${rounds}` }
    for (const check of checks) {
      const session = new Session(target)
      for (const { verdict, reason, seen, race } of await runCheck(check, target, { session, limit: 600_000 })) {
        verdicts.set(verdict, (verdicts.get(verdict) ?? 0) + 1)
        rounds += race?.rounds ?? 0
        if (verdict === 'fail' || verdict === 'warn') console.log(`  ${check.id}: ${verdict}: ${reason}; ${seen}`)
      }
      await session.close()
    }
  }
  const accused = (verdicts.get('fail') ?? 0) + (verdicts.get('warn') ?? 0)
  const all = [...verdicts].map(([verdict, count]) => `${count} ${verdict}`).join(', ')
  const seconds = Math.round((performance.now() - begin) / 1000)
  console.log(`${name.padEnd(22)} ${rounds} rounds in ${seconds} s, ${accused} accusations (${all})`)
}

function isWanted(name: string): boolean {
  return wanted.length === 0 || wanted.includes(name)
}

async function started(serving: Serving, races: Partial<Racing>): Promise<{ target: Target } & AsyncDisposable> {
  const worker = new Worker(new URL('race-server.ts', import.meta.url), { workerData: serving })
  const url = await new Promise<string>((resolve, reject) => {
    worker.once('message', resolve)
    worker.once('error', reject)
  })
  const target: Target = { ...withDefaults({ urls: [url], contract: document, tls: { ca }, races }), loaded }
  return { target, [Symbol.asyncDispose]: async () => void (await worker.terminate()) }
}

function share(found: number, runs: number): string {
  return `${((found / runs) * 100).toFixed(1)} %`
}

function words(load: number[]): string {
  return load[0]!.toFixed(1)
}
