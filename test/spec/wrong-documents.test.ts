import { describe, expect, test } from 'vitest'
import { loadContract } from '../../spec/index.ts'
import { loadText, problemsOf, things } from './loading.ts'

describe('documents that are no contracts', () => {
  test.each([
    ['swagger: "2.0"\n', /^1:1: Swagger 2\.0 is not supported; convert/],
    ['openapi: 4.0.0\n', /^1:1: OpenAPI 4\.0\.0 is not supported; expected 3\.0, 3\.1 or 3\.2/],
    ['openapi: 3.1\n', /as a text: "3\.1\.0"/],
    ['openapi: 3.1.0\n', /^1:1: the document has no paths/],
    ['overlay: 1.0.0\n', /is an Overlay; give it with --overlay/],
    ['x-conflict: { version: 1 }\n', /is a dialect \(x-conflict without paths\)/],
    ['hello\n', /is no OpenAPI document/],
    ['', /the document is empty/],
    ['a: [\n', /^2:1: this is no well-formed YAML/],
    ['? [a]\n: 1\n', /a key of this map is no text/],
    ['a: &a [*a]\n', /the alias \*a stands inside of what it names|cannot be expanded/],
    [things, /^1:1: .* has no x-conflict, so nothing is promised/],
    [`${things}x-conflict: 3\n`, /^22:1: x-conflict is a map/],
    ['openapi: 3.1.0\npaths: { /a: {} }\nx-conflict: { version: 1, extends: rfc9110 }\n', /^3:13: the document shows no resources/],
  ])('%j', async (text, told) => {
    const { lines } = await problemsOf(loadText(text))
    expect(lines).toHaveLength(1)
    expect(lines[0]!.replace('api.yaml:', '')).toMatch(told)
  })

  test('a file that is not there, a directory, a server that refuses', async () => {
    expect((await problemsOf(loadContract('no/such/file.yaml'))).lines).toEqual(['file.yaml:1:1: there is no such file; check the path'])
    expect((await problemsOf(loadContract('.'))).lines[0]).toMatch(/this is a directory/)
    expect((await problemsOf(loadContract('http://127.0.0.1:1/api.yaml'))).lines[0]).toMatch(/cannot be read/)
  })

  test('aliases that blow up', async () => {
    const levels = ['b', 'c', 'd', 'e', 'f'].map((name, at) => `x-${name}: &${name} [${Array(9).fill(`*${'abcde'[at]}`).join(', ')}]\n`)
    const { lines } = await problemsOf(
      loadText(`${things}x-a: &a [x, x, x, x, x, x, x, x, x]\n${levels.join('')}x-conflict: { version: 1, extends: rfc9110 }\n`),
    )
    expect(lines).toEqual([expect.stringMatching(/cannot be expanded: .*write out what its aliases/)])
  })
})
