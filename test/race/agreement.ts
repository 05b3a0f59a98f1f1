import fc from 'fast-check'
import type { RaceFinding } from '../../reports/model.ts'
import { judge } from '../../suites/history/judge.ts'
import { bruteForce } from './brute-force.ts'
import { play, promise, script } from './histories.ts'

/** How often each verdict was given, and each kind of finding. */
export interface Tally {
  histories: number
  unexplained: number
  kinds: Partial<Record<RaceFinding['kind'], number>>
}

/**
 * Holds the judge against brute force on so many random histories. Throws (with a history made small) at the first on which they differ, on which the
 * judge gives up, or for which its proof does not prove it.
 */
export function agreement(histories: number, seed: number): Tally {
  const tally: Tally = { histories: 0, unexplained: 0, kinds: {} }
  fc.assert(
    fc.property(script, promise, (plan, promised) => {
      const history = play(plan)
      const { verdict, findings } = judge(history, promised)
      const explained = bruteForce(history, promised)
      if (verdict === 'inconclusive') throw new Error('given up')
      if ((verdict === 'proved') === explained)
        throw new Error(`${verdict}: ${findings[0]?.words}; ${JSON.stringify({ history, promised })}`)
      tally.histories++
      if (!explained) tally.unexplained++
      for (const { kind, operations, severity } of findings) {
        tally.kinds[kind] = (tally.kinds[kind] ?? 0) + 1
        if (severity === 'fail' && bruteForce(history, promised, new Set(operations)))
          throw new Error(`${kind}: ${operations} prove nothing: ${JSON.stringify({ history, promised })}`)
      }
    }),
    { seed, numRuns: histories },
  )
  return tally
}
