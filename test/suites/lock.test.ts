import { expect, test } from 'vitest'
import type { Lock } from '../../spec/contract.ts'
import { watched } from '../../suites/kit/lock.ts'

/** What a check is told that saw a lock do what it should, or not. */
function told(expires: number | undefined, failed: boolean): string | undefined {
  const lock = { expires } as Lock
  try {
    watched(lock, (reason) => {
      throw new Error(reason)
    })(failed)
    return undefined
  } catch (error) {
    return (error as Error).message
  }
}

test('a lock that lets a write through proves nothing when its time may be over', () => {
  expect(told(0, true)).toMatch(/^the lock was taken \d+ ms ago and is held for 0 ms: it may have been over$/)
})

test('one whose time is not over does, and so does one that nothing ends', () => {
  expect([told(60_000, true), told(undefined, true)]).toEqual([undefined, undefined])
})

test('one that did what it should is not doubted', () => {
  expect(told(0, false)).toBeUndefined()
})
