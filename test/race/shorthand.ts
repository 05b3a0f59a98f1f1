import type { RaceFinding, RaceOperation, RaceState } from '../../reports/model.ts'
import { type Findings, type History, promises, type Promises } from '../../suites/history/history.ts'
import { judge } from '../../suites/history/judge.ts'

/** How an item stands before a race. */
const start: RaceState = { exists: true, value: 'v0', token: '"0"' }
/** How it stands when it is not there. */
export const gone: RaceState = { exists: false, value: null, token: null }
/** What a read showed. */
export const saw = (value: string, token: string | null = null): RaceState => ({ exists: true, value, token })

/** Operations from a short form: `at` is call and end. */
export type Short = Partial<RaceOperation> & { at: [number, number] | [number] }

/** The operations of one round, each by a writer of its own, in the order of the calls. */
export function operations(...all: Short[]): RaceOperation[] {
  return all.map(({ at: [call, end], ...rest }, index) => ({
    id: index + 1,
    writer: 'ABCDEFGH'[index]!,
    role: rest.wrote === undefined ? 'read' : 'write',
    call,
    end: end ?? null,
    sent: null,
    wrote: null,
    outcome: end === undefined ? 'unknown' : 'done',
    status: end === undefined ? null : 200,
    shown: null,
    ...rest,
  }))
}

/** What else the round says: what stood there before, and what is promised. */
export type Rest = Partial<Promises> & Partial<Omit<History, 'operations'>>

interface Judged {
  verdict: Findings['verdict']
  kinds: RaceFinding['kind'][]
  words: string | undefined
  proof: number[] | undefined
}

/** What the judge makes of them; the first finding stands for all. */
export function judged(all: Short[], { start: from = start, earlier = [], ...promised }: Rest = {}): Judged {
  const { verdict, findings } = judge({ start: from, operations: operations(...all), earlier }, { ...promises, ...promised })
  return { verdict, kinds: findings.map(({ kind }) => kind), words: findings[0]?.words, proof: findings[0]?.operations }
}
