/**
 * `npm run bench`: how fast we are beside what one would compare us with, in turns on this machine, each in a process of its own. Ratios
 * travel between machines, the numbers do not. The client shares the machine and is the slower part of a fast pair, so a ratio of rates
 * looks better than it is; one of CPU does not. `docs/bench.md` says more.
 */
import { spawnSync } from 'node:child_process'
import { cpus, loadavg } from 'node:os'
import { referenceApi } from '../spec/files.ts'
import { catalogue } from '../suites/index.ts'
import { connections, load } from './load.ts'
import { cpuOfEnded, type Program, prism, start } from './server.ts'
import { stage } from './stage.ts'

const rounds = 3
const seconds = Number(process.argv[2] ?? 2)

using staged = await stage()
const bare: Program = { name: 'node:http', command: (port) => [staged.bare, String(port)] }
const mock: Program = { name: 'mock', command: (port) => [staged.ifmatch, 'mock', '--port', String(port)] }
const silent: Program = { name: 'prism, silent', command: prism(referenceApi, '--verboseLevel', 'silent') }
const loud: Program = { name: 'prism', command: prism(referenceApi) }

console.log(`Node ${process.version}, ${cpus().length} CPUs, load ${words(loadavg())} before`)
await rates('GET', [mock, bare, silent, loud], { 'node:http': 0.8, 'prism, silent': 10, prism: 20 })
await rates('PUT', [mock, bare], { 'node:http': 0.7 })
await starts([mock, bare, loud])
runs('all', [], 8000)
runs(
  'no races, waits',
  catalogue.filter((check) => !check.races && !check.waits).flatMap(({ id }) => ['--only', id]),
  3000,
)
console.log(
  `Medians of ${rounds} rounds in turns; rates over ${seconds} s and ${connections} connections. Load ${words(loadavg())} afterwards.`,
)

/** Requests a second, and the mock's ratio to the others. */
async function rates(work: 'GET' | 'PUT', programs: Program[], aims: Record<string, number>): Promise<void> {
  const rows = programs.map(({ name }) => ({ name, rate: [] as number[], cpu: [] as number[], ratio: [] as number[] }))
  for (let round = 0; round < rounds; round++) {
    for (const [at, program] of programs.entries()) {
      const server = await start(program)
      try {
        const { rate, cpu } = await load(server, work, seconds)
        rows[at]!.rate.push(rate)
        if (cpu !== undefined) rows[at]!.cpu.push(cpu)
        rows[at]!.ratio.push(rows[0]!.rate[round]! / rate)
      } finally {
        await server.stop()
      }
    }
  }
  for (const { name, rate, cpu, ratio } of rows) {
    const used = cpu.length > 0 ? `${whole(median(cpu))} µs CPU each` : ''
    const aim = aims[name] === undefined ? '' : `mock has ${median(ratio).toFixed(2)} times as many (aim ${aims[name]})`
    row(work, name, `${whole(median(rate))}/s`, used, aim)
  }
}

/** Milliseconds from the start of the process to its first answer, and the CPU that it used for that. */
async function starts(programs: Program[]): Promise<void> {
  const took = programs.map(() => [] as number[])
  const cpu = programs.map(() => [] as number[])
  for (let round = 0; round < rounds * 3; round++) {
    for (const [at, program] of programs.entries()) {
      const begin = performance.now()
      const server = await start(program)
      took[at]!.push(performance.now() - begin)
      cpu[at]!.push(server.cpu() ?? 0)
      await server.stop()
    }
  }
  for (const [at, { name }] of programs.entries()) {
    const aim = `${whole(Math.min(...took[at]!))} ms at best${at === 0 ? ' (aim 150)' : ''}`
    row('start', name, `${whole(median(took[at]!))} ms`, `${whole(median(cpu[at]!))} ms CPU`, aim)
  }
}

/** A run against the built-in mock, in two processes. */
function runs(name: string, args: readonly string[], aim: number): void {
  const wall: number[] = []
  const cpu: number[] = []
  let tried = ''
  for (let round = 0; round < rounds; round++) {
    const [begin, before] = [performance.now(), cpuOfEnded()]
    const { status, stdout } = spawnSync(process.execPath, [staged.ifmatch, 'test', ...args], { encoding: 'utf8' })
    if (status !== 0) throw new Error(`ifmatch test ended with ${status}:\n${stdout}`)
    wall.push(performance.now() - begin)
    if (before !== undefined) cpu.push(cpuOfEnded()! - before)
    tried = /Tried (.*? requests)/s.exec(stdout)?.[1]?.replaceAll(/\s+/g, ' ') ?? ''
  }
  const used = cpu.length > 0 ? `${whole(median(cpu))} ms CPU` : ''
  row('test', name, `${whole(median(wall))} ms`, used, `${whole(Math.min(...wall))} ms at best (aim ${whole(aim)}); ${tried}`)
}

function row(...cells: [work: string, name: string, value: string, more: string, aim: string]): void {
  const widths = [6, 15, 12, 20]
  console.log(
    cells
      .map((cell, at) => (at === 2 ? cell.padStart(widths[at]!) : cell.padEnd(widths[at] ?? 0)))
      .join('  ')
      .trimEnd(),
  )
}

function median(values: number[]): number {
  return values.toSorted((a, b) => a - b)[Math.floor(values.length / 2)]!
}

function whole(value: number): string {
  return Math.round(value).toLocaleString('en')
}

function words(load: number[]): string {
  return load.map((value) => value.toFixed(1)).join(' ')
}
