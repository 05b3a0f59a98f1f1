import { createServer, type Server } from 'node:http'
import type { AddressInfo } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { findingsOf, openPrism, prismHandsOn, type Prism } from './prism.ts'

describe('Prism as it is asked here', () => {
  const right = { id: 'x', title: 'Right', text: 'in every way' }
  const tag = { ETag: '"1"', 'Last-Modified': 'Tue, 03 Mar 2026 09:30:00 GMT', 'Content-Type': 'application/json' }
  let next: [status: number, headers: Record<string, string>, body: unknown]
  let server: Server
  let prism: Prism

  beforeAll(async () => {
    server = createServer((_, response) => {
      const [status, headers, body] = next
      response.writeHead(status, headers).end(JSON.stringify(body))
    })
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
    prism = await openPrism(referenceApi, `http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  })
  afterAll(async () => {
    await prism.close()
    server.closeAllConnections()
    server.close()
  })

  test.each<[string, typeof next, RegExp | undefined]>([
    ['nothing in a right answer', [200, tag, right], undefined],
    ['a member that is missing', [200, tag, { id: 'x', title: 'Wrong' }], /required property 'text'/],
    ['a field that is missing', [200, { ...tag, ETag: '' }, right], /etag/i],
    ['another media type', [200, { ...tag, 'Content-Type': 'text/html' }, right], /media type/],
    ['a status that is not declared', [418, tag, right], /Unable to match the returned status code/],
  ])('finds %s', async (_, answer, finding) => {
    next = answer
    const response = await fetch(`${prism.url}/documents/x`)
    const headers = [...response.headers] as [string, string][]
    const findings = findingsOf({ status: response.status, headers, body: Buffer.from(await response.arrayBuffer()) })
    if (finding === undefined) expect(findings).toEqual([])
    else expect(findings.join('\n')).toMatch(finding)
  })
})

describe('a request goes by Prism', async () => {
  const contract = await loadContract(referenceApi)
  const json = ['Content-Type', 'application/json'] as [string, string]
  test.each([
    ['if the document declares it', 'GET', '/documents/x', [], '', true],
    ['with an object', 'PUT', '/documents/x', [json], '{}', true],
    ['with text', 'PUT', '/files/x', [['Content-Type', 'text/plain']], '{', true],
    ['with credentials', 'GET', '/payments', [['Authorization', 'Bearer x']], '', true],
    ['but not without them', 'GET', '/payments', [], '', false],
    ['but not if it cannot be parsed', 'PUT', '/documents/x', [json], '{', false],
    ['but not with a bare value', 'PUT', '/documents/x', [json], 'false', false],
    ['but not as HEAD', 'HEAD', '/documents/x', [], '', false],
    ['but not if the method is not declared', 'POST', '/documents/x', [], '', false],
    ['but not if the path is not declared', 'GET', '/nowhere', [], '', false],
  ] as [string, string, string, [string, string][], string, boolean][])('%s', (_, method, target, headers, body, goes) =>
    expect(prismHandsOn(contract, { method, target, headers, body: Buffer.from(body) })).toBe(goes),
  )
})
