import { beforeAll, describe, expect, test } from 'vitest'
import type { Result } from '../../reports/model.ts'
import type { Contract } from '../../spec/contract.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { catalogue } from '../../suites/index.ts'
import { misfits, templateOf } from './fits.ts'
import { findingsOf, openPrism, prismHandsOn } from './prism.ts'
import type { Passed } from './relay.ts'
import { everything, kindIn, kindOf, openMock, run, verdicts, type Part, type Seen } from './run.ts'

/**
 * Registers the tests of a full run of the suites against the mock. Our own reading of the document (`fits.ts`) sees every answer. Prism,
 * which is slow, sees the answers to some checks, chosen so that no kind of answer is left out: path, method, status, type of problem.
 */
export function holdFullRun(dialects: string[]): void {
  let contract: Contract
  let full: Seen
  /** Checks that between them see every kind of answer, with Prism between suites and mock. */
  let refereed: Seen
  let byPrism: Passed[]

  beforeAll(async () => {
    contract = await loadContract(referenceApi, { dialects })
    const [first, mock] = [await openMock(contract), await openMock(contract)]
    const starting = openPrism(referenceApi, mock.url)
    full = await run(contract, first, everything)
    await first.close()
    const prism = await starting
    try {
      refereed = await run(contract, mock, cover(contract, full.results), (sent) => (prismHandsOn(contract, sent) ? prism.url : mock.url))
      byPrism = refereed.passed.filter(({ to }) => to === prism.url)
    } finally {
      await prism.close()
      await mock.close()
    }
  })

  describe('every answer of a full run', () => {
    test('fits the document', () => {
      const departures = full.passed.flatMap(({ asked, answered }) =>
        misfits(contract, asked, answered).map((what) => `${asked.method} ${asked.target} ${answered.status}: ${what}`),
      )
      expect([...new Set(departures)]).toEqual([])
    })

    test('is one of thousands, from all paths of the document', () => {
      expect(full.passed.length).toBeGreaterThan(4000)
      const asked = new Set(full.passed.map((each) => templateOf(contract, each.asked.target)))
      // nobody cancels an order: one action of each kind is enough for the checks
      const never = [...new Set(contract.operations.map(({ path }) => path))].filter((path) => !asked.has(path))
      expect(never.filter((path) => path !== '/orders/{orderId}/cancel')).toEqual([])
    })
  })

  describe('Prism', () => {
    test('finds nothing in the answers that pass it', () => {
      const findings = byPrism.flatMap(({ asked, answered }) =>
        findingsOf(answered).map((what) => `${asked.method} ${asked.target} ${answered.status}: ${what}`),
      )
      expect(findings).toEqual([])
    })

    test('sees every kind of answer that a full run has', () => {
      const kind = ({ asked, answered }: Passed): string => kindOf(contract, asked, answered.status, answered.body.toString())
      const passed = new Set(byPrism.map(kind))
      const wanted = full.passed.filter(({ asked }) => prismHandsOn(contract, asked)).map(kind)
      expect([...new Set(wanted)].filter((each) => !passed.has(each))).toEqual([])
    })

    test('changes no verdict', () => {
      const before = verdicts(full.results)
      const changed = [...verdicts(refereed.results)].filter(([name, verdict]) => before.get(name) !== verdict)
      expect(changed).toEqual([])
    })
  })
}

/** A check for each kind of answer, the ones that see the most new kinds in the fewest exchanges first. */
function cover(contract: Contract, results: Result[]): Part[] {
  const open = results.map((result) => ({ result, kinds: new Set(result.exchanges.map((each) => kindIn(contract, each))) }))
  const worth = ({ result, kinds }: (typeof open)[number]): number => kinds.size / (result.exchanges.length || 1)
  const parts: Part[] = []
  for (;;) {
    const best = open.reduce((a, b) => (worth(b) > worth(a) ? b : a))
    if (best.kinds.size === 0) return parts
    const check = catalogue.find(({ id }) => id === best.result.check)!
    parts.push({ check, resource: best.result.resource ?? undefined })
    for (const kind of best.kinds) for (const { kinds } of open) kinds.delete(kind)
  }
}
