import type { RaceOperation } from '../../reports/model.ts'
import type { History, Promises } from '../../suites/history/history.ts'

/**
 * The same question as `judge` answers, by trying everything: is there an order of the operations, each between its call and its end, in which an item
 * that does one thing at a time gives these answers? It shares no line with what it is compared with.
 *
 * With `proof`, only those operations count: of the others, writes may have happened at any time, or never, and what they answered is not believed
 * (only which token names which value).
 */
export function bruteForce({ start, operations }: History, promised: Promises, proof?: ReadonlySet<number>): boolean {
  const pairs = new Map<string, Set<string>>()
  const pair = (token: string | null, value: string | null) => {
    if (token === null || value === null) return
    pairs.set(token, (pairs.get(token) ?? new Set()).add(value))
  }
  const counts = ({ id }: RaceOperation) => proof === undefined || proof.has(id)
  if (start.exists) pair(start.token, start.value)
  const pairOf = ({ shown, outcome, wrote }: RaceOperation) =>
    outcome !== 'unknown' && shown?.exists === true && pair(shown.token, shown.value ?? (outcome === 'done' ? wrote : null))
  for (const operation of operations) if (counts(operation)) pairOf(operation)
  if (promised.tokens === 'unique' && [...pairs.values()].some((values) => values.size > 1)) return false
  for (const operation of operations) pairOf(operation)

  const written = operations.flatMap(({ wrote }) => (wrote === null ? [] : [wrote]))
  const distinct = new Set(written).size === written.length && !(start.exists && written.includes(start.value!))
  const alive = operations.filter(({ outcome, role }) => outcome !== 'refused' && role !== 'read')
  const comesBack =
    alive.some(({ role }) => role === 'delete') && alive.some(({ role, sent }) => role === 'create' || (role === 'write' && sent === null))
  const maySend = (token: string, value: string | null): 'yes' | 'no' | 'perhaps' => {
    if (value === null) return 'no'
    if (promised.tokens === 'may-repeat') return 'perhaps'
    const values = pairs.get(token)
    if (values?.has(value)) return values.size === 1 ? 'yes' : 'perhaps'
    if (distinct && !comesBack && values !== undefined) return 'no'
    const named = [...pairs.values()].some((known) => known.has(value))
    return named && written.filter((each) => each === value).length < 2 ? 'no' : 'perhaps'
  }

  interface Move {
    call: number
    end: number
    /** The states after it, out of a state. */
    moves: (state: string | null) => (string | null)[]
    must: boolean
  }
  const moves = operations.flatMap((operation): Move[] => {
    const { role, outcome, call, sent, wrote, shown, settled } = operation
    const end = operation.end ?? Infinity
    const made: Move[] = []
    const latest = promised.reads === 'latest' || (role === 'read' && settled === true)
    if (counts(operation) && outcome !== 'unknown' && shown !== null) {
      const value = shown.exists ? (shown.value ?? [...(pairs.get(shown.token ?? '') ?? [])][0]) : null
      const own = role !== 'read' && outcome === 'done' && (value === wrote || (shown.exists && shown.value === null))
      const skipped = value === undefined || own || (value === null && !latest && start.exists)
      if (!skipped) made.push({ call: latest ? call : -Infinity, end, moves: (state) => (state === value ? [state] : []), must: true })
    }
    if (role === 'read') return made
    const fits = (state: string | null) =>
      role === 'create' ? (state === null ? 'yes' : 'no') : sent === null ? 'yes' : maySend(sent, state)
    const done = (state: string | null) => (fits(state) !== 'no' || state === wrote ? [wrote] : [])
    if (outcome === 'refused') {
      if (!counts(operation) || promised.refusals === 'any' || (role !== 'create' && sent === null)) return made
      made.push({ call, end, moves: (state) => (fits(state) === 'yes' ? [] : [state]), must: true })
    } else if (outcome === 'done' && counts(operation)) made.push({ call, end, moves: done, must: true })
    else made.push({ call, end: Infinity, moves: (state) => done(state), must: false })
    return made
  })

  const all = (1 << moves.length) - 1
  const required = moves.reduce((bits, { must }, index) => (must ? bits | (1 << index) : bits), 0)
  const failed = new Set<string>()
  const search = (done: number, state: string | null): boolean => {
    if ((done & required) === required) return true
    const key = `${done}/${state}`
    if (failed.has(key)) return false
    for (let i = 0; i < moves.length; i++) {
      if (done & (1 << i)) continue
      const { call } = moves[i]!
      if (moves.some(({ end }, j) => j !== i && ((all & ~done) >> j) & 1 && end < call)) continue
      for (const next of moves[i]!.moves(state)) if (search(done | (1 << i), next)) return true
    }
    failed.add(key)
    return false
  }
  return search(0, start.exists ? start.value : null)
}
