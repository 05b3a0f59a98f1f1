import { afterEach, beforeEach, expect, test, vi } from 'vitest'
import { Allowance } from '../../suites/kit/allowance.ts'

beforeEach(() => void vi.useFakeTimers({ now: 0, toFake: ['setTimeout', 'clearTimeout', 'performance'] }))
afterEach(() => void vi.useRealTimers())

test('it is spent when its time is over, once', () => {
  const spent = vi.fn<() => void>()
  void new Allowance(1000, spent)
  vi.advanceTimersByTime(998)
  expect(spent).not.toHaveBeenCalled()
  vi.advanceTimersByTime(10_000)
  expect(spent).toHaveBeenCalledTimes(1)
})

test('what is held costs nothing, however many hold it', () => {
  const spent = vi.fn<() => void>()
  const allowance = new Allowance(1000, spent)
  vi.advanceTimersByTime(400)
  allowance.hold()
  vi.advanceTimersByTime(5000)
  allowance.hold()
  allowance.release()
  vi.advanceTimersByTime(5000)
  allowance.release()
  vi.advanceTimersByTime(300)
  allowance.hold()
  allowance.release()
  vi.advanceTimersByTime(298)
  expect(spent).not.toHaveBeenCalled()
  vi.advanceTimersByTime(2)
  expect(spent).toHaveBeenCalledTimes(1)
})

test('nothing is spent after its end', () => {
  const spent = vi.fn<() => void>()
  const allowance = new Allowance(1000, spent)
  allowance.hold()
  allowance.end()
  allowance.release()
  vi.advanceTimersByTime(5000)
  expect(spent).not.toHaveBeenCalled()
})
