import { readdirSync } from 'node:fs'
import { basename } from 'node:path'
import { describe, expect, test } from 'vitest'
import { createMock } from '../../mock/index.ts'
import type { Operation } from '../../spec/contract.ts'
import { folder, load, sender, type Request } from './acted.ts'

describe('every operation of every dialect’s document is answered', () => {
  const dialects = readdirSync(folder).filter((name) => name.endsWith('.openapi.yaml'))

  /** A request that is as whole as can be without knowing what it is about. */
  function requestFor({ method, path, parameters, request }: Operation): [string, string, Request] {
    const target = path.replace(/\{[^{}]+\}/g, 'a')
    const query = parameters.filter((each) => each.in === 'query' && each.required).map(({ name }) => `${name}=a`)
    const type = request?.content[0]?.type
    const headers = Object.fromEntries(parameters.filter((each) => each.in === 'header' && each.required).map(({ name }) => [name, 'a']))
    return [
      method,
      `${target}${query.length > 0 ? `?${query.join('&')}` : ''}`,
      type === undefined ? { headers } : { headers: { ...headers, 'Content-Type': type }, body: /json/.test(type) ? {} : 'a' },
    ]
  }

  test.each(dialects)('%s', async (name) => {
    const contract = await load(basename(name, '.openapi.yaml'))
    const send = sender(createMock(contract, { seed: name }), 'application/json')
    expect(contract.operations.length).toBeGreaterThan(0)
    for (const operation of contract.operations) {
      const { status, text } = await send(...requestFor(operation))
      expect([404, 405, 500, 501], `${operation.method} ${operation.path}: ${text}`).not.toContain(
        status === 404 && !text.includes('no path') ? 0 : status,
      )
    }
  })
})
