import { getEventListeners } from 'node:events'
import { expect, test, vi } from 'vitest'
import type { Result } from '../../reports/model.ts'
import * as entityTags from '../../suites/entity-tags.ts'
import * as ifMatch from '../../suites/if-match.ts'
import { check } from '../../suites/kit/check.ts'
import { conflictTests, type Vitest } from '../../suites/vitest/register.ts'
import { runSuites } from '../../suites/vitest/run.ts'
import { withDefaults } from '../../suites/target.ts'
import { contractFile, serve, targetAt } from './documents.ts'

const checks = [entityTags.present, entityTags.stable, ifMatch.staleNotPerformed, ifMatch.staleDeleteNotPerformed]
const config = (url: string): ReturnType<typeof withDefaults> =>
  withDefaults({ urls: [url], contract: contractFile, seed: '1', timeout: 2000 })

test('vitest runs the checks, and the report is in their order', async () => {
  await using server = await serve({ matches: (field, tag, method) => method === 'DELETE' || field === undefined || field === tag })
  const seen: string[] = []
  const report = await runSuites(
    { target: config(server.url), checks, leaveOut: { 'entity-tags/stable': 'known' }, version: '1.2.3' },
    ({ done, total, result }) => seen.push(`${done}/${total} ${result.check}`),
  )
  expect(report).toMatchObject({
    complete: true,
    tool: { name: 'ifmatch', version: '1.2.3' },
    seed: '1',
    summary: { fail: 1, warn: 0, info: 0, inconclusive: 0, skip: 1, pass: 2 },
  })
  expect(report.results.map(({ check, resource, verdict, reason }) => [check, resource, verdict, reason])).toEqual([
    ['entity-tags/present', 'document', 'pass', null],
    ['entity-tags/stable', null, 'skip', 'left out: known'],
    ['if-match/stale-not-performed', 'document', 'pass', null],
    ['if-match/stale-delete-not-performed', 'document', 'fail', 'the refused request removed the item'],
  ])
  expect(seen).toHaveLength(4)
  expect(seen.at(-1)).toMatch(/^4\/4 /)
  expect(server.count()).toBe(0)
  expect(process.exitCode).toBeUndefined()
})

test('an interrupted run is not complete, and cleans up', async () => {
  const stop = new AbortController()
  await using server = await serve({ tag: (document) => (document.version > 1 ? (stop.abort(), `"v${document.version}"`) : '"v1"') })
  const report = await runSuites({ target: config(server.url), checks, signal: stop.signal, version: '0' })
  expect(report.complete).toBe(false)
  expect(server.count()).toBe(0)
})

test('nobody there: one clear error', async () => {
  const server = await serve()
  await server[Symbol.asyncDispose]()
  await expect(runSuites({ target: config(server.url), checks, version: '0' })).rejects.toThrow(
    `nobody answers at ${server.url}: connection refused by`,
  )
})

test('what vitest refuses is thrown, and nothing goes on, interrupted or not', async () => {
  await using server = await serve()
  const refused = [{ ...entityTags.present, id: 'no subject/present' }]
  using begun = vi.spyOn(globalThis, 'setInterval')
  using cleared = vi.spyOn(globalThis, 'clearInterval')
  for (const interrupted of [false, true]) {
    const stop = new AbortController()
    const options = { target: config(server.url), checks: refused, signal: stop.signal, version: '0' }
    // asked for when all is set up for an interrupt
    const ready = { get: () => void (interrupted && stop.abort()) }
    const running = runSuites(Object.defineProperty(options, 'ready', { enumerable: true, ...ready }))
    await expect(running).rejects.toThrow('Tag name "no subject" is invalid')
    expect(getEventListeners(stop.signal, 'abort')).toEqual([])
  }
  const intervals = begun.mock.results.filter((_, at) => begun.mock.calls[at]![1] === 50).map(({ value }) => value as unknown)
  expect(intervals).toHaveLength(1)
  expect(cleared.mock.calls.flat()).toContain(intervals[0])
})

/** Registers with a vitest of our own and runs everything; how each test ended. */
async function outcomes(url: string, ...some: Parameters<typeof check>[0][]): Promise<Record<string, string>> {
  const ended: Record<string, string> = {}
  const work: (() => Promise<void>)[] = []
  const hooks: ((fixtures: object) => Promise<void>)[] = []
  const vitest: Vitest = {
    describe: (_, __, define) => define(),
    afterAll: (run) => void hooks.push(run),
    test: (name, _, run) =>
      void work.push(async () => {
        const meta: { ifmatch?: Result } = {}
        const annotations: string[] = []
        class Skipped extends Error {}
        const skip = (note?: string): never => {
          throw new Skipped(note)
        }
        const annotate = async (message: string, type?: string): Promise<void> => void annotations.push(`${type}: ${message}`)
        await run({ task: { meta }, signal: new AbortController().signal, skip, annotate }).then(
          () => (ended[name] = ['passed', ...annotations].join(' ')),
          (error: Error) => (ended[name] = `${error instanceof Skipped ? 'skipped' : 'failed'} ${error.message.split('\n')[0]}`),
        )
        expect(meta.ifmatch).toBeDefined()
      }),
  }
  await conflictTests(vitest, await targetAt(url), { checks: some })
  for (const one of work) await one()
  for (const hook of hooks) await hook({}).catch((error: Error) => (ended['afterAll'] = error.message))
  return ended
}

test('each verdict becomes what a reader of vitest expects', async () => {
  await using server = await serve({ writeTag: () => undefined, tag: (document, reads) => `"${document.version}.${reads}"` })
  const ended = await outcomes(server.url, entityTags.present, entityTags.neverReused, entityTags.stable, entityTags.changesOnWrite)
  expect(ended).toMatchObject({
    [`document: ${entityTags.present.title}`]: 'passed',
    [`document: ${entityTags.neverReused.title}`]: 'skipped the server chooses the ids, so no two items have one name',
    [`document: ${entityTags.stable.title}`]: expect.stringMatching(/^passed warning: the tag changes from read to read/) as string,
  })
})

test('a subject in which nothing could be judged fails as a whole', async () => {
  const server = await serve()
  const { url } = server
  await server[Symbol.asyncDispose]()
  const ended = await outcomes(url, ifMatch.staleNotPerformed)
  expect(ended[`document: ${ifMatch.staleNotPerformed.title}`]).toMatch(/^skipped inconclusive: create an item: connection refused/)
  expect(ended['afterAll']).toMatch(/^nothing could be judged: /)
})
