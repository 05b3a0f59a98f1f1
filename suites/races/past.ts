import type { RaceOperation } from '../../reports/model.ts'
import type { Item } from '../kit/kit.ts'
import type { History } from '../history/history.ts'

interface Past {
  /** Values that the item may have had. */
  values: Set<string>
  /** Requests that were never answered: they may still be carried out. */
  open: RaceOperation[]
}

const pasts = new WeakMap<Item, Past>()

/** A value that the item was given, or may be given yet, by a request that no round is judged by: a later read may show it. */
export function remember(item: Item, value: string | undefined): void {
  if (value === undefined) return
  const past = pasts.get(item) ?? { values: new Set(), open: [] }
  past.values.add(value)
  pasts.set(item, past)
}

/**
 * The history of a round on an item that earlier rounds raced for: a read may show what they left, and a request of theirs that was never answered may
 * come late. Remembers this round for the next one.
 */
export function withPast(item: Item, { start, operations }: History): History {
  const past = pasts.get(item) ?? { values: new Set(), open: [] }
  const late = past.open.filter(({ wrote }) => wrote === null || wrote !== start.value)
  const earlier = [...past.values].filter((value) => value !== start.value)
  const now = operations.filter(({ role }) => role !== 'read')
  const values = now.flatMap(({ wrote }) => (wrote === null ? [] : [wrote]))
  pasts.set(item, {
    values: new Set([...past.values, ...(start.value === null ? [] : [start.value]), ...values]),
    open: [...late, ...now.filter(({ outcome }) => outcome === 'unknown')],
  })
  const before = late.map((operation, at) => ({ ...operation, id: operations.length + at + 1, call: -1 }))
  return { start, operations: [...operations, ...before], earlier: earlier.filter((value) => !late.some(({ wrote }) => wrote === value)) }
}
