/**
 * `npm run bench`: the mock beside bare node:http on this machine, in turns, in processes of their own. Ratios travel between machines, the
 * numbers do not. The client shares the machine and is the slower part of a fast pair, so a ratio looks better than it is.
 */
import { type ChildProcess, spawn } from 'node:child_process'
import { createInterface } from 'node:readline'
import { fileURLToPath } from 'node:url'
import { connections, requestsPerSecond } from './load.ts'

const rounds = 3
const seconds = 3
const file = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const mock = [file('../bin/ifmatch.js'), 'mock', '--port', '0']

const aims = { GET: 0.8, PUT: 0.7 }
for (const work of ['GET', 'PUT'] as const) {
  const seen: [bare: number, mock: number][] = []
  for (let round = 0; round < rounds; round++) seen.push([await measure([file('bare.ts')], work), await measure(mock, work)])
  const [bare, mocked] = [median(seen.map(([each]) => each)), median(seen.map(([, each]) => each))]
  const ratio = median(seen.map(([one, other]) => other / one))
  console.log(`${work}  node:http ${whole(bare)}/s  mock ${whole(mocked)}/s  ratio ${ratio.toFixed(2)} (aim ${aims[work]})`)
}
const starts: number[] = []
const bareStarts: number[] = []
for (let round = 0; round < 5; round++) {
  bareStarts.push(await firstAnswer([file('bare.ts')]))
  starts.push(await firstAnswer(mock))
}
console.log(`start to first answer  node:http ${whole(median(bareStarts))} ms  mock ${whole(median(starts))} ms`)
console.log(`medians of ${rounds} rounds of ${seconds} s, ${connections} connections`)

async function measure(args: string[], work: 'GET' | 'PUT'): Promise<number> {
  const { url, child } = await start(args)
  try {
    return await requestsPerSecond(url, work, seconds)
  } finally {
    child.kill()
  }
}

async function firstAnswer(args: string[]): Promise<number> {
  const begin = performance.now()
  const { url, child } = await start(args)
  await (await fetch(`${url}/documents/none`)).arrayBuffer()
  child.kill()
  return performance.now() - begin
}

async function start(args: string[]): Promise<{ url: string; child: ChildProcess }> {
  const child = spawn(process.execPath, args, { stdio: ['ignore', 'pipe', 'inherit'] })
  for await (const line of createInterface({ input: child.stdout })) {
    const [, url] = /listening on (http:\S+)$/.exec(line) ?? []
    if (url !== undefined) return { url, child }
  }
  throw new Error(`${args.join(' ')} did not start`)
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}
