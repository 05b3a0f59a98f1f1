import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Contract } from '../../spec/contract.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { misfits, templateOf } from './fits.ts'
import { findingsOf, openPrism, prismHandsOn, type Prism } from './prism.ts'
import { openRelay, type Passed, type Relay } from './relay.ts'
import { coverOf, everything, kindOf, openMock, run, verdicts, type Seen } from './run.ts'

/** How a stale write is answered: 412, or 409. */
const families: string[][] = [[], ['conflict409']]

interface Run {
  contract: Contract
  full: Seen
  /** Checks that between them see every kind of answer that Prism has not seen yet, with Prism between suites and mock. */
  refereed: Seen
}

const runs = new Map<string[], Run>()
let prism: Prism
/** Where Prism asks: one Prism serves for several servers behind it. */
let gate: Relay
let behind: string

beforeAll(async () => {
  gate = await openRelay(() => behind)
  const starting = openPrism(referenceApi, gate.url)
  const seen = new Set<string>()
  for (const dialects of families) {
    const contract = await loadContract(referenceApi, { dialects })
    const [first, second] = [await openMock(contract), await openMock(contract)]
    const full = await run(contract, first, everything)
    prism = await starting
    behind = second.url
    const parts = coverOf(contract, full.results, seen)
    const refereed = await run(contract, second, parts, (sent) => (prismHandsOn(contract, sent) ? prism.url : second.url))
    runs.set(dialects, { contract, full, refereed })
    for (const passed of byPrism(refereed)) seen.add(kindIn(contract, passed))
    await Promise.all([first.close(), second.close()])
  }
}, 240_000)
afterAll(() => Promise.all([prism.close(), gate.close()]))

describe.each(families.map((dialects) => ({ dialects })))('with the dialects $dialects', ({ dialects }) => {
  test('every answer of a full run fits the document', () => {
    const { contract, full } = runs.get(dialects)!
    const departures = full.passed.flatMap((passed) => misfits(contract, passed.asked, passed.answered).map((what) => told(passed, what)))
    expect([...new Set(departures)]).toEqual([])
  })

  test('a full run has thousands of answers, from all paths of the document', () => {
    const { contract, full } = runs.get(dialects)!
    expect(full.passed.length).toBeGreaterThan(4000)
    const asked = new Set(full.passed.map((each) => templateOf(contract, each.asked.target)))
    // nobody cancels an order: one action of each kind is enough for the checks
    const never = contract.operations.filter(({ path }) => !asked.has(path) && path !== '/orders/{orderId}/cancel')
    expect(never.map(({ pointer }) => pointer)).toEqual([])
  })

  test('Prism finds nothing in the answers that pass it', () => {
    const passed = byPrism(runs.get(dialects)!.refereed)
    expect(passed.flatMap((each) => findingsOf(each.answered).map((what) => told(each, what)))).toEqual([])
  })

  test('Prism changes no verdict', () => {
    const { full, refereed } = runs.get(dialects)!
    const before = verdicts(full.results)
    expect([...verdicts(refereed.results)].filter(([name, verdict]) => before.get(name) !== verdict)).toEqual([])
  })
})

test('Prism sees every kind of answer that a full run has', () => {
  const passed = new Set<string>()
  const wanted = new Set<string>()
  for (const { contract, full, refereed } of runs.values()) {
    for (const each of full.passed) if (prismHandsOn(contract, each.asked)) wanted.add(kindIn(contract, each))
    for (const each of byPrism(refereed)) passed.add(kindIn(contract, each))
  }
  expect(wanted.size).toBeGreaterThan(100)
  expect([...wanted].filter((kind) => !passed.has(kind))).toEqual([])
})

describe('Prism as it is asked here finds', () => {
  const right = { id: 'x', title: 'Right', text: 'in every way' }
  const fields = { ETag: '"1"', 'Last-Modified': 'Tue, 03 Mar 2026 09:30:00 GMT', 'Content-Type': 'application/json' }
  let next: [status: number, headers: Record<string, string>, body: unknown]
  let server: Server

  beforeAll(async () => {
    server = createServer((_, response) => {
      const [status, headers, body] = next
      response.writeHead(status, headers).end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    behind = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
  })
  afterAll(() => {
    server.closeAllConnections()
    server.close()
  })

  test.each<[string, typeof next, RegExp]>([
    ['nothing in a right answer', [200, fields, right], /^$/],
    ['a member that is missing', [200, fields, { id: 'x', title: 'Wrong' }], /required property 'text'/],
    ['a field of another form', [200, { ...fields, ETag: '1' }, right], /etag/],
    ['another media type', [200, { ...fields, 'Content-Type': 'text/html' }, right], /media type/],
    ['a status that is not declared', [418, fields, right], /Unable to match the returned status code/],
  ])('%s', async (_, answer, finding) => {
    next = answer
    const response = await fetch(`${prism.url}/documents/x`)
    const headers = [...response.headers] as [string, string][]
    const findings = findingsOf({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) })
    expect(findings.join('\n')).toMatch(finding)
  })
})

function byPrism({ passed }: Seen): Passed[] {
  return passed.filter(({ to }) => to === prism.url)
}

function kindIn(contract: Contract, { asked, answered }: Passed): string {
  return kindOf(contract, asked, answered.status, answered.body.toString())
}

function told({ asked, answered }: Passed, what: string): string {
  return `${asked.method} ${asked.target} ${answered.status}: ${what}`
}
