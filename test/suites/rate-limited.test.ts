import { expect, test } from 'vitest'
import { catalogue } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import type { Limits } from '../../suites/target.ts'
import { contractFile, serve, targetAt } from './documents.ts'
import { inFront } from './servers/in-front.ts'

/** What lets so many requests a second through, and says 429 to the others before anything is done. */
async function limiter(url: string, most: number): Promise<{ url: string; refused(): number }> {
  let window = 0
  let count = 0
  let refused = 0
  const front = await inFront(url, (_, response) => {
    const now = Math.floor(performance.now() / 1000)
    if (now !== window) [window, count] = [now, 0]
    if (++count <= most) return false
    refused++
    response.writeHead(429, { 'Retry-After': '1' }).end()
    return true
  })
  return { url: front, refused: () => refused }
}

const checks = catalogue.filter(({ id }) =>
  ['if-match/stale-not-performed', 'if-match/current-performed', 'entity-tags/present', 'entity-tags/changes-on-write'].includes(id),
)

async function run(most: number, limits: Partial<Limits>): Promise<{ verdicts: string[]; refused: number; left: number }> {
  await using server = await serve()
  const { url, refused } = await limiter(server.url, most)
  const { limits: usual } = await targetAt(server.url)
  const target = await targetAt(url, { contract: contractFile, limits: { ...usual, ...limits } })
  const session = new Session(target)
  const results = (await Promise.all(checks.map((check) => runCheck(check, target, { session })))).flat()
  await session.close()
  expect(session.leftovers).toEqual([])
  return { verdicts: results.map(({ verdict, reason }) => `${verdict} ${reason ?? ''}`), refused: refused(), left: server.count() }
}

test('an API that limits requests is not accused, and nothing is left in it', async () => {
  const { verdicts, refused, left } = await run(12, {})
  expect(refused).toBeGreaterThan(0)
  expect(left).toBe(0)
  for (const verdict of verdicts) expect(verdict).toMatch(/^pass |^inconclusive .*rate-limited: /)
  expect(verdicts.filter((verdict) => verdict.startsWith('pass')).length).toBeGreaterThan(0)
})

test('with a rate that it allows it is judged whole', async () => {
  const { verdicts, refused, left } = await run(40, { rate: 30 })
  expect({ refused, left }).toEqual({ refused: 0, left: 0 })
  expect(verdicts).toEqual(Array(checks.length).fill('pass '))
})

test('a 429 that the contract tells from too many requests is judged, at once; any other is not', async () => {
  await using right = await serve({ refusal: 429 })
  await using wrong = await serve({ refusal: 429, writesAnyway: true })
  const stale = catalogue.find(({ id }) => id === 'if-match/stale-not-performed')!
  const told = { overlays: [new URL('./stale-429.overlay.yaml', import.meta.url).pathname] }
  const verdicts = async (url: string, changes: object): Promise<unknown> => {
    const [result] = await runCheck(stale, await targetAt(url, changes))
    return [result!.verdict, result!.exchanges.filter(({ response }) => response?.status === 429).length]
  }
  expect(await verdicts(right.url, told)).toEqual(['pass', 1])
  expect(await verdicts(wrong.url, told)).toEqual(['fail', 1])
  expect(await verdicts(right.url, {})).toEqual(['inconclusive', 2])
})
