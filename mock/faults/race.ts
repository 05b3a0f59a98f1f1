import { fault, type Fault } from '../fault.ts'

/** What shows only when requests meet: a check and the write that it is for are two steps, and others come between. */

/** Read, compare, `await`, write: nothing of it takes time, but others have their turn. */
export const checkThenWriteTurn: Fault = fault({
  name: 'check-then-write-turn',
  title: 'checks a write, lets others have one turn, then writes without checking again',
  seen: 'JavaScriptSolidServer#600',
  window: { ms: 'turn' },
})

/** A round trip to a cache. */
export const checkThenWrite1: Fault = fault({
  name: 'check-then-write-1ms',
  title: 'checks a write, waits 1 ms, then writes without checking again',
  window: { ms: 1 },
})

/** A round trip to a database. */
export const checkThenWrite5: Fault = fault({
  name: 'check-then-write-5ms',
  title: 'checks a write, waits 5 ms, then writes without checking again',
  seen: 'yetanalytics/lrsql#504, lennart-k/rustical#250',
  window: { ms: 5 },
})

/** Somebody else is asked in between. */
export const checkThenWrite20: Fault = fault({
  name: 'check-then-write-20ms',
  title: 'checks a write, waits 20 ms, then writes without checking again',
  window: { ms: 20 },
})

/** The filter sees the head, the handler the content. */
export const checkedAtHead: Fault = fault({
  name: 'checked-at-head',
  title: 'looks at the conditions of a write when its head is there, and writes when its content is',
  early: true,
})

/** The lock is the first thing that is taken, and the content the last that comes. */
export const lockedWhileContentArrives: Fault = fault({
  name: 'locked-while-content-arrives',
  title: 'locks an item when the head of a write is there, and lets everybody wait until its content is',
  seen: 'rustfs/rustfs#6801',
  possessive: true,
})

/** A lock in the memory of each process. */
export const lockedPerListener: Fault = fault({
  name: 'locked-per-listener',
  title: 'lets writes that came by one listener wait for each other, but not for those that came by another',
  seen: 'rustfs/rustfs#1659',
  window: { ms: 20, within: 'listener' },
})

/** `UPDATE … WHERE version = ?`, and nobody looks at how many rows that were. */
export const rowCountIgnored: Fault = fault({
  name: 'row-count-ignored',
  title: 'does not write where somebody else has written meanwhile, and answers as if it had',
  window: { ms: 20, overtaken: 'succeeds' },
})

/** The database notices, and nobody catches what it throws. */
export const loserServerError: Fault = fault({
  name: 'loser-server-error',
  title: 'answers 500 where somebody else has written since the check',
  seen: 'treeverse/lakeFS#9804',
  window: { ms: 20, overtaken: 'fails' },
})
