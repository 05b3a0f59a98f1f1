import fc from 'fast-check'
import type { RaceOperation, RaceState } from '../../reports/model.ts'
import type { History, Promises } from '../../suites/history/history.ts'

/** What the server of a random history does wrong, where a step has bad luck. */
const bugs = [
  'none',
  'unchecked',
  'dropped',
  'applied',
  'stale-read',
  'ghost',
  'token-stays',
  'refuses',
  'creates-twice',
  'window',
  'refuses-all',
] as const

/** What is sent: conditional writes and creates, unconditional ones, all together, few values whose tokens are hashes of them, or writes each on a version of its own. */
const traffics = ['tokens', 'creates', 'blind', 'mixed', 'hash', 'permuted'] as const

export interface Script {
  traffic: (typeof traffics)[number]
  bug: (typeof bugs)[number]
  steps: Step[]
  /** Outcomes and tokens are drawn from nothing but chance: histories of no server at all. */
  wild: boolean
}

interface Step {
  kind: number
  gap: number
  length: number
  point: number
  pick: number
  fate: number
  luck: number
}

const small = fc.integer({ min: 0, max: 99 })

/** Scripts of 4 to 10 operations. */
export const script: fc.Arbitrary<Script> = fc.record({
  traffic: fc.constantFrom(...traffics),
  bug: fc.constantFrom(...bugs),
  wild: small.map((number) => number < 15),
  steps: fc.array(fc.record({ kind: small, gap: small, length: small, point: small, pick: small, fate: small, luck: small }), {
    minLength: 4,
    maxLength: 10,
  }),
})

export const promise: fc.Arbitrary<Promises> = fc.record({
  reads: fc.constantFrom('latest', 'any'),
  tokens: fc.constantFrom('unique', 'unique', 'unique', 'may-repeat'),
  refusals: fc.constantFrom('exact', 'any'),
})

/** Acts a script out on a register with one value, and records what its clients saw. */
export function play(plan: Script): History {
  if (plan.traffic === 'permuted') return permuted(plan.steps)
  const { traffic, bug, steps, wild } = plan
  const exists = traffic !== 'creates' || steps[0]!.luck < 50
  let state: RaceState = exists ? { exists: true, value: 'v0', token: 'Tv0' } : { exists: false, value: null, token: null }
  const start = state
  const past = [state]
  let clock = 0
  const timed = steps.map((step, index) => {
    clock += 1 + (step.gap % 8)
    const call = clock
    const end = call + 1 + (step.length % 30)
    return { step, id: index + 1, call, end, point: call + ((end - call) * step.point) / 100 }
  })
  const known: { token: string; from: number }[] = start.token === null ? [] : [{ token: start.token, from: -1 }]
  const operations: RaceOperation[] = []
  for (const { step, id, call, end } of timed.toSorted((a, b) => a.point - b.point)) {
    const unlucky = step.luck < 40
    const role = roleOf(traffic, step)
    const wrote = role === 'read' || role === 'delete' ? null : traffic === 'hash' ? `h${step.pick % 2}` : `v${id}`
    const tokens = known.filter(({ from }) => wild || from < call)
    const fresh = step.pick < 60 && state.token !== null && tokens.some(({ token }) => token === state.token) ? state.token : undefined
    const conditional = (role === 'write' || role === 'delete') && traffic !== 'blind' && (traffic !== 'mixed' || step.kind % 3 > 0)
    const sent = conditional ? (fresh ?? tokens[step.pick % Math.max(1, tokens.length)]?.token ?? null) : null
    const lost = step.fate < 15 && bug !== 'refuses-all'
    const operation: RaceOperation = {
      id,
      writer: `W${id}`,
      role,
      call,
      end: lost ? null : end,
      sent,
      wrote,
      outcome: 'unknown',
      status: null,
      shown: null,
    }
    operations.push(operation)
    if (role === 'read') {
      if (lost) continue
      const old = unlucky && bug === 'stale-read' ? past[step.pick % past.length]! : state
      operation.shown =
        unlucky && bug === 'ghost' && step.luck < 10
          ? { exists: true, value: 'ghost', token: null }
          : wild
            ? past[step.pick % past.length]!
            : old
      if (step.fate > 90) operation.settled = true
      Object.assign(operation, { outcome: 'done', status: operation.shown.exists ? 200 : 404 })
      if (operation.shown.token !== null) known.push({ token: operation.shown.token, from: end })
      continue
    }
    const seen = unlucky && bug === 'window' ? (past.at(-2) ?? state) : state
    const fits = role === 'create' ? !seen.exists : sent === null ? true : seen.exists && seen.token === sent
    const fooled = unlucky && (bug === 'unchecked' || (bug === 'creates-twice' && role === 'create'))
    const accepted = wild ? step.fate % 3 > 0 : (fits || fooled) && !(unlucky && bug === 'refuses') && bug !== 'refuses-all'
    const applied = wild ? accepted : (accepted && !(unlucky && bug === 'dropped')) || (!accepted && unlucky && bug === 'applied')
    if (applied && !(lost && step.fate < 7)) {
      const token = unlucky && bug === 'token-stays' && state.token !== null ? state.token : `T${wrote}`
      state = role === 'delete' ? { exists: false, value: null, token: null } : { exists: true, value: wrote, token }
      past.push(state)
    }
    if (lost) continue
    operation.outcome = accepted ? 'done' : 'refused'
    operation.status = accepted ? 200 : 412
    // Some answers tell the new token, some what stands there now.
    if (accepted && role !== 'delete' && step.fate > 40)
      operation.shown = { exists: true, value: null, token: applied && state.token !== null ? state.token : `T${wrote}` }
    else if (!accepted && step.fate > 70) operation.shown = state
    const told = operation.shown?.token
    if (told != null) known.push({ token: told, from: end })
  }
  return { start, operations: operations.toSorted((a, b) => a.id - b.id) }
}

function roleOf(traffic: Script['traffic'], { kind }: Step): RaceOperation['role'] {
  if (kind % 10 < 4) return 'read'
  if (traffic === 'creates') return kind % 10 < 7 ? 'create' : 'write'
  if (traffic === 'mixed') return kind % 10 === 4 ? 'create' : kind % 10 < 7 ? 'delete' : 'write'
  return 'write'
}

/** Every write succeeds upon another version, in any order: one path, or one with loops beside it. */
function permuted(steps: readonly Step[]): History {
  const writers = steps.filter(({ kind }) => kind % 10 < 7)
  const versions = ['v0', ...writers.map((_, index) => `v${index + 1}`)]
  const rests = new Map<Step, string>()
  for (const step of writers) rests.set(step, versions.splice(step.luck < 70 ? 0 : step.pick % versions.length, 1)[0]!)
  let clock = 0
  const operations = steps.map((step, index): RaceOperation => {
    const call = (clock += 1 + (step.gap % 8))
    const timed = {
      id: index + 1,
      writer: `W${index + 1}`,
      call,
      end: call + 1 + (step.length % 30),
      outcome: 'done',
      status: 200,
    } as const
    const at = writers.indexOf(step)
    if (at >= 0)
      return {
        ...timed,
        role: 'write',
        sent: `T${rests.get(step)}`,
        wrote: `v${at + 1}`,
        shown: { exists: true, value: null, token: `Tv${at + 1}` },
      }
    const seen = step.pick % (writers.length + 1)
    return {
      ...timed,
      role: 'read',
      sent: null,
      wrote: null,
      shown: { exists: true, value: `v${seen}`, token: `Tv${seen}` },
      settled: step.fate > 90,
    }
  })
  return { start: { exists: true, value: 'v0', token: 'Tv0' }, operations }
}
