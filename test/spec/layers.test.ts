import fc from 'fast-check'
import { expect, test } from 'vitest'
import { layer } from '../../spec/layers.ts'

type Tree = Record<string, unknown>
const run = { seed: 1, numRuns: 300 }

const place = fc.constantFrom('$response.header.ETag', '$response.body#/version')
const facts = fc.dictionary(
  fc.constantFrom('$request.query.a', '$request.query.b'),
  fc.oneof(fc.string(), fc.record({ contains: fc.string() })),
  { maxKeys: 2 },
)
const outcome = fc.oneof(
  fc.constantFrom<unknown>(false, 'done'),
  fc.record(
    {
      status: fc.constantFrom(409, 412),
      retry: fc.constant('refetch'),
      where: facts,
      body: fc.dictionary(fc.constantFrom('a', 'b'), fc.jsonValue({ maxDepth: 1 })),
    },
    { requiredKeys: [] },
  ),
)
const guard = fc.oneof(
  fc.constant<unknown>(false),
  fc.record({ send: place, match: fc.constantFrom('equal', 'strong'), required: fc.constant('always'), when: facts }, { requiredKeys: [] }),
)
const names = fc.constantFrom('one', 'two')
const tree: fc.Arbitrary<Tree> = fc.record(
  {
    token: fc.record({ read: fc.oneof(place, fc.array(place)), format: fc.constantFrom('etag', 'integer') }, { requiredKeys: [] }),
    guards: fc.dictionary(names, guard, { maxKeys: 2 }),
    outcomes: fc.dictionary(fc.constantFrom('stale', 'missing'), outcome, { maxKeys: 2 }),
    locks: fc.dictionary(
      names,
      fc.record({ acquire: fc.constantFrom('lock', 'replace'), send: place, when: facts }, { requiredKeys: [] }),
      { maxKeys: 2 },
    ),
    bulk: fc.record(
      { call: fc.constant('many'), as: fc.dictionary(names, fc.jsonValue({ maxDepth: 1 })), items: place },
      { requiredKeys: [] },
    ),
    order: fc.array(fc.constantFrom('stale', 'missing')),
    reads: fc.constant('latest'),
  },
  { requiredKeys: [] },
)

test('nothing under or over something changes nothing', () =>
  fc.assert(
    fc.property(tree, (a) => {
      expect(layer({}, a)).toEqual(a)
      expect(layer(a, {})).toEqual(a)
    }),
    run,
  ))

test('the same twice is the same once', () =>
  fc.assert(
    fc.property(tree, (a) => {
      expect(layer(a, a)).toEqual(a)
    }),
    run,
  ))

test('layers may be joined in any grouping, if none starts a thing afresh', () =>
  fc.assert(
    fc.property(tree, tree, tree, (a, b, c) => {
      const [x, y, z] = [a, b, c].map(withoutFresh) as [Tree, Tree, Tree]
      expect(layer(layer(x, y), z)).toEqual(layer(x, layer(y, z)))
    }),
    run,
  ))

test('the upper layer is kept, and neither is changed', () =>
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const before = structuredClone([a, b])
      const both = layer(a, b)
      expect([a, b]).toEqual(before)
      expect(both).toMatchObject(b)
      for (const key of Object.keys(a)) expect(both).toHaveProperty(key)
    }),
    run,
  ))

test('a guard with send and an outcome with status owe nothing to what lies under', () =>
  fc.assert(
    fc.property(tree, tree, (a, b) => {
      const both = layer(a, b) as { guards?: Tree; outcomes?: Tree }
      for (const [kind, key] of [
        ['guards', 'send'],
        ['outcomes', 'status'],
      ] as const) {
        for (const [name, said] of Object.entries((b[kind] ?? {}) as Record<string, Tree>))
          if (said && key in Object(said)) expect(both[kind]![name]).toEqual(said)
      }
    }),
    run,
  ))

/** Without what starts afresh, and without what takes out: with these, the grouping matters. */
function withoutFresh(said: Tree): Tree {
  const copy = structuredClone(said) as { guards?: Record<string, unknown>; outcomes?: Record<string, unknown> }
  for (const [map, key] of [
    [copy.guards, 'send'],
    [copy.outcomes, 'status'],
  ] as const) {
    for (const [name, inner] of Object.entries(map ?? {})) {
      if (typeof inner === 'object') delete (inner as Tree)[key]
      else delete map![name]
    }
  }
  return copy as Tree
}
