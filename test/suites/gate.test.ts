import { expect, test } from 'vitest'
import { type Clock, Gate } from '../../suites/kit/gate.ts'
import { defaultLimits, type Limits } from '../../suites/target.ts'

/** Time that passes only where somebody sleeps. */
class OwnTime implements Clock {
  at = 0
  readonly sleepers: { until: number; wake: () => void }[] = []

  now(): number {
    return this.at
  }

  sleep(ms: number): Promise<void> {
    return new Promise((wake) => this.sleepers.push({ until: this.at + ms, wake }))
  }

  /** Lets time pass until nobody sleeps any more. */
  async pass(): Promise<void> {
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve))
      const next = this.sleepers.toSorted((one, other) => one.until - other.until)[0]
      if (!next) return
      this.sleepers.splice(this.sleepers.indexOf(next), 1)
      this.at = Math.max(this.at, next.until)
      next.wake()
    }
  }
}

const never = new AbortController().signal

interface Gated {
  time: OwnTime
  gate: Gate
}

function gate(changes: Partial<Limits>): Gated {
  const time = new OwnTime()
  return { time, gate: new Gate({ ...defaultLimits, ...changes }, time) }
}

/** When each of so many requests began. */
async function beginnings(count: number, { time, gate }: Gated): Promise<number[]> {
  const began: number[] = []
  const all = Array.from({ length: count }, () => gate.through(async () => void began.push(time.now()), never))
  await time.pass()
  await Promise.all(all)
  return began
}

test('a rate spreads requests evenly', async () => {
  expect(await beginnings(5, gate({ rate: 4 }))).toEqual([0, 250, 500, 750, 1000])
})

test('no more at once than allowed', async () => {
  const { gate: one } = gate({ concurrency: 2 })
  let under = 0
  let most = 0
  const work = async (): Promise<void> => {
    most = Math.max(most, ++under)
    await new Promise((resolve) => setImmediate(resolve))
    under--
  }
  await Promise.all(Array.from({ length: 9 }, () => one.through(work, never)))
  expect(most).toBe(2)
})

test('a rest holds everything back, and is refused where it is longer than bearable', async () => {
  const both = gate({ wait: 5000 })
  expect(both.gate.rest(3000)).toBe(true)
  expect(await beginnings(2, both)).toEqual([3000, 3000])
  expect(both.gate.rest(6000)).toBe(false)
  await expect(both.gate.through(async () => {}, never)).rejects.toThrow(
    'rate-limited: the target asks for a rest of 6 s, longer than the 5 s of limits.wait',
  )
  both.time.at += 1000
  expect(await beginnings(1, both)).toEqual([9000])
})

test('after "too many" it sends a little fewer a second than were answered in the last', async () => {
  const both = gate({})
  for (let answer = 0; answer < 10; answer++) {
    both.time.at += 90
    both.gate.answered()
  }
  both.gate.slow()
  const start = both.time.at
  expect((await beginnings(3, both)).map((at) => at - start)).toEqual([0, 125, 250])
  both.gate.slow()
  expect((await beginnings(2, both)).map((at) => at - start)).toEqual([375, 500])
})

test('what was never answered goes once a second', async () => {
  const both = gate({})
  both.gate.slow()
  expect(await beginnings(3, both)).toEqual([0, 1000, 2000])
})

test('while nothing is said of too many, there is one more a second every five seconds, up to the rate that was set', async () => {
  const both = gate({ rate: 4 })
  both.gate.slow()
  for (const spacing of [1000, 500, 333, 250, 250]) {
    const start = both.time.at
    const began = (await beginnings(2, both)).map((at) => at - start)
    expect(Math.round(began[1]! - began[0]!)).toBe(spacing)
    both.time.at += 5000
    both.gate.answered()
  }
})

test('a signal ends the wait', async () => {
  const one = new Gate({ ...defaultLimits, wait: 60_000 })
  one.rest(30_000)
  const stop = new AbortController()
  const waiting = one.through(async () => {}, stop.signal)
  stop.abort(new Error('enough'))
  await expect(waiting).rejects.toThrow('aborted')
})
