import { describe, expect, test } from 'vitest'
import { guard, loadText, only, problemsOf, things, withConflict } from './loading.ts'

describe('overlays', () => {
  const overlay = (actions: string): string => `overlay: 1.1.0\ninfo: { title: O, version: "1" }\nactions:\n${actions}`
  test('bring a contract; what is wrong in it is told in their own file', async () => {
    const good = overlay('  - target: $\n    update: { x-conflict: { version: 1, extends: rfc9110 } }\n')
    expect(guard(only(await loadText(things, { 'o.yaml': good }, { overlays: ['o.yaml'] })), 'update').for).toEqual(['replace'])
    const bad = overlay('  - target: $\n    update:\n      x-conflict:\n        version: 1\n        extends: rfc9110\n        gards: {}\n')
    const { lines } = await problemsOf(loadText(things, { 'o.yaml': bad }, { overlays: ['o.yaml'] }))
    expect(lines).toEqual(['o.yaml:9:9: "gards" is unknown in x-conflict; did you mean guards? (own keys begin with x-)'])
  })
  test('update merges maps and joins lists, remove takes out, copy doubles', async () => {
    const text = overlay(`  - { target: "$.paths['/things'].get", remove: true }
  - { target: $.servers, update: [{ url: "https://two.example" }] }
  - { target: "$.paths['/things/{id}']", update: { patch: { responses: { "200": { description: ok } } } } }
  - { target: $.info.title, update: New }
  - { target: "$.paths['/things/{id}'].delete", copy: "$.paths['/things/{id}'].get" }
  - { target: $.nowhere, remove: true }
`)
    const contract = await loadText(
      `${withConflict('  extends: rfc9110\n')}servers: [{ url: "https://one.example" }]\n`,
      { 'o.yaml': text },
      { overlays: ['o.yaml'] },
    )
    expect(contract.title).toBe('New')
    expect(contract.servers).toEqual(['https://one.example', 'https://two.example'])
    expect([...only(contract).operations.keys()]).toEqual(['create', 'read', 'replace', 'patch', 'delete', 'ship'])
    expect(
      only(contract)
        .operations.get('delete')!
        .operation.responses.map(({ status }) => status),
    ).toEqual(['200', '204'])
    expect(contract.warnings).toContainEqual(
      expect.objectContaining({ line: 9, message: expect.stringMatching(/^the target \$\.nowhere matches nothing/) }),
    )
  })
  test.each([
    ['openapi: 3.1.0\n', /^o\.yaml:1:1: .* is no Overlay/],
    ['overlay: 2.0.0\n', /^o\.yaml:1:1: Overlay 2\.0\.0 is not supported/],
    [overlay('  - { target: "$.[", remove: true }\n'), /^o\.yaml:4:7: the target \$\.\[ is no JSONPath/],
    [overlay('  - { target: $.info }\n'), /^o\.yaml:4:5: this action does nothing/],
  ])('%j is refused', async (text, why) =>
    expect(
      (await problemsOf(loadText(withConflict('  extends: rfc9110\n'), { 'o.yaml': text }, { overlays: ['o.yaml'] }))).lines[0],
    ).toMatch(why),
  )
})
