import { describe, expect, test } from 'vitest'
import { loadContract, referenceApi } from '../../spec/index.ts'
import { prismHandsOn } from './prism.ts'

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
