import type { RaceOperation } from '../reports/model.ts'
import { judge } from '../suites/history/judge.ts'
import { agreement } from '../test/race/agreement.ts'

/**
 * How fast histories are judged (the first time, and when the code is warm), and whether the judge agrees with brute force: `node bench/race-judge.ts [HISTORIES] [SEED]`, a million histories of
 * 4 to 10 operations unless another number is given. Fails at the first disagreement, with that history.
 */

const [histories = 1_000_000, seed = 20_260_301] = process.argv.slice(2).map(Number)

/** A hundred clients that read and write one item with the token that they read, and sometimes lose. */
function long(operations: number): RaceOperation[] {
  const tokens = (version: number) => `"t${version}"`
  const common = { writer: 'A', sent: null, wrote: null, outcome: 'done', status: 200 } as const
  let version = 0
  return Array.from({ length: operations }, (_, index): RaceOperation => {
    const times = { id: index + 1, call: index * 3, end: index * 3 + 100 }
    if (index % 2 === 0) return { ...common, ...times, role: 'read', shown: { exists: true, value: `v${version}`, token: tokens(version) } }
    const sent = tokens(version)
    if (index % 10 === 1)
      return { ...common, ...times, role: 'write', sent, wrote: `refused ${index}`, outcome: 'refused', status: 412, shown: null }
    version++
    return { ...common, ...times, role: 'write', sent, wrote: `v${version}`, shown: null }
  })
}

/** Milliseconds that it took, and of CPU (that of the collection of garbage beside it included; that of others on the machine is not). */
function milliseconds(act: () => void): string {
  const [began, before] = [performance.now(), process.cpuUsage()]
  act()
  const { user, system } = process.cpuUsage(before)
  return `${Math.round(performance.now() - began)} (${Math.round((user + system) / 1000)})`
}

const start = { exists: true, value: 'v0', token: '"t0"' }
const guarded = long(200_000)
const blind = guarded.map((operation): RaceOperation => ({ ...operation, sent: null, outcome: 'done' }))
for (const [name, operations] of [
  ['with tokens', guarded],
  ['unconditional', blind],
] as const) {
  for (const reads of ['latest', 'any'] as const) {
    const times = [1, 2, 3].map(() => milliseconds(() => judge({ start, operations }, { reads, tokens: 'unique', refusals: 'any' })))
    console.log(`${operations.length.toLocaleString('en-US')} operations ${name}, reads ${reads}: ${times.join(', ')} ms (of CPU)`)
  }
}
console.log(agreement(histories, seed))
