import { createServer, type RequestListener } from 'node:http'
import net, { type AddressInfo } from 'node:net'
import { describe, expect, test } from 'vitest'
import type { Check } from '../../suites/kit/check.ts'
import type { Kit } from '../../suites/kit/kit.ts'
import { withHeaderLine } from '../../suites/kit/request.ts'
import { runCheck } from '../../suites/kit/run.ts'
import * as ifMatch from '../../suites/if-match.ts'
import { serve, targetAt } from './documents.ts'
import { trial } from './trial.ts'

async function verdictOf(one: Check, overlay?: string): Promise<{ verdict: string; reason: string | null }> {
  await using server = await serve()
  const target = await targetAt(server.url, overlay ? { overlays: [overlay] } : {})
  const [result] = await runCheck(one, target, { limit: 500 })
  return { verdict: result!.verdict, reason: result!.reason }
}

describe('how a check ends', () => {
  test('having proved something: pass', async () => {
    expect(await verdictOf(trial(async ({ resource, prove }) => prove.exists(await (await resource.create()).read())))).toEqual({
      verdict: 'pass',
      reason: null,
    })
  })
  test('having proved nothing: our bug', async () => {
    expect(await verdictOf(trial(async ({ resource }) => void (await resource.create())))).toEqual({
      verdict: 'inconclusive',
      reason: 'internal: proved nothing',
    })
  })
  test('with an exception: our bug', async () => {
    const { verdict, reason } = await verdictOf(trial(async () => (undefined as unknown as { x(): Promise<void> }).x()))
    expect(verdict).toBe('inconclusive')
    expect(reason).toMatch(/^internal: /)
  })
  test('too late: inconclusive, and no hang', async () => {
    expect(await verdictOf(trial(() => new Promise(() => {})))).toEqual({
      verdict: 'inconclusive',
      reason: 'the check took more than 0.5 s',
    })
  })
  test('with a finding: its severity', async () => {
    const finding = async ({ prove }: Kit): Promise<void> => prove.that(false, 'it is not so', 'a', 'b')
    expect(await verdictOf(trial(finding))).toEqual({ verdict: 'fail', reason: 'it is not so' })
    expect(await verdictOf(trial(finding, { severity: 'warn' }))).toEqual({ verdict: 'warn', reason: 'it is not so' })
  })
  test('with a note: info', async () => {
    expect(await verdictOf(trial(async ({ prove, note }) => (prove.that(true, '', '', ''), note('by the way'))))).toEqual({
      verdict: 'info',
      reason: 'by the way',
    })
  })
  test('with a set-up that is answered with success and does nothing: inconclusive', async () => {
    await using server = await serve({ stores: false })
    const [result] = await runCheck(
      trial(async ({ resource }) => void (await (await resource.create()).write()), { needs: ['write'] }),
      await targetAt(server.url),
    )
    expect(result).toMatchObject({
      verdict: 'inconclusive',
      reason: expect.stringMatching(/^a write that was answered with success does not show: \/text was written as/) as string,
    })
  })
  test('with the current token refused: blocked by the check that is about it', async () => {
    await using server = await serve({ matches: () => false })
    const [result] = await runCheck(
      trial(async ({ resource }) => void (await (await resource.create()).remove())),
      await targetAt(server.url),
    )
    expect(result).toMatchObject({
      verdict: 'skip',
      reason: expect.stringMatching(/^blocked by if-match\/current-performed: a delete with the current token is answered 412/) as string,
    })
  })
  test('needing what the contract does not have: one skip without a resource', async () => {
    expect(await verdictOf(trial(async () => {}, { needs: ['unique'] }))).toEqual({ verdict: 'skip', reason: 'nothing is unique' })
    await using server = await serve()
    const [result] = await runCheck(
      trial(async () => {}, { needs: ['identities'] }),
      await targetAt(server.url),
    )
    expect(result).toMatchObject({ resource: null, verdict: 'skip', reason: 'the target has no two identities (a, b)' })
  })
  test('interrupted: inconclusive, and cleaned up', async () => {
    await using server = await serve()
    const stop = new AbortController()
    const started = trial(async ({ resource, pause }) => {
      await resource.create()
      stop.abort()
      await pause(60_000)
    })
    const [result] = await runCheck(started, await targetAt(server.url), { signal: stop.signal })
    expect(result).toMatchObject({ verdict: 'inconclusive', reason: 'interrupted' })
    expect(server.count()).toBe(0)
  })
})

describe('a target that gets in the way makes a check inconclusive, with one clear reason', () => {
  const cases: [string, RequestListener, RegExp][] = [
    ['that never answers', () => {}, /^create an item: no whole answer in 0.3 s$/],
    ['that answers too much', (_, response) => void response.writeHead(201).end(Buffer.alloc(3_000_000)), /answered more than 2 MB$/],
    [
      'that breaks off',
      (_, response) => void response.writeHead(201, { 'Content-Length': 100 }).write('{', () => response.destroy()),
      /closed before the answer was whole$/,
    ],
    ['that is overloaded', (_, response) => void response.writeHead(503).end(), /answered 503/],
    [
      'that redirects',
      (_, response) => void response.writeHead(307, { Location: '/elsewhere' }).end(),
      /^a step of the set-up .* is answered 307$/,
    ],
    ['that fails', (_, response) => void response.writeHead(500).end('oops'), /^a step of the set-up .* is answered 500 oops$/],
  ]
  test.each(cases)('%s', async (_, listener, reason) => {
    const server = createServer(listener)
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const target = await targetAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`, { timeout: 300 })
    const [result] = await runCheck(ifMatch.staleNotPerformed, target)
    server.closeAllConnections()
    server.close()
    expect(result!.verdict).toBe('inconclusive')
    expect(result!.reason).toMatch(reason)
    expect(result!.exchanges.length, 'no retries, no redirects followed').toBe(1)
  })

  test('that talks no HTTP, and one that is not there', async () => {
    const server = net.createServer((socket) => void socket.resume().end('SSH-2.0-OpenSSH_9.6\r\n'))
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`
    const [garbage] = await runCheck(ifMatch.staleNotPerformed, await targetAt(url))
    expect(garbage).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('the answer is no HTTP') as string })
    await new Promise((resolve) => server.close(resolve))
    const [nobody] = await runCheck(ifMatch.staleNotPerformed, await targetAt(url))
    expect(nobody).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('connection refused by 127.0.0.1:') as string })
    expect(nobody!.exchanges[0]).toMatchObject({ response: null, error: expect.stringContaining('connection refused') as string })
  })
})

test('two lines of one field go out as two lines, in order', async () => {
  const seen: string[][] = []
  const server = createServer((request, response) => {
    seen.push(request.rawHeaders.filter((_, at, all) => at % 2 === 1 && all[at - 1] === 'If-Match'))
    response.writeHead(404).end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const target = await targetAt(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  const one = trial(async ({ resource, send, prove }) => {
    const request = withHeaderLine(withHeaderLine(await resource.request('read'), 'If-Match', '"1"'), 'If-Match', '"2"')
    prove.refused(await send(request))
    await send(withHeaderLine(request, 'X-Bad', 'a\r\nb'))
  })
  const [result] = await runCheck(one, target)
  expect(seen.filter((lines) => lines.length > 0)).toEqual([['"1"', '"2"']])
  expect(result).toMatchObject({ verdict: 'inconclusive', reason: expect.stringContaining('X-Bad cannot carry') as string })
  server.closeAllConnections()
  server.close()
})
