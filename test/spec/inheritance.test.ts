import { describe, expect, test } from 'vitest'
import { guard, loadText, only, problemsOf, withConflict } from './loading.ts'

describe('layers', () => {
  test('what the contract says itself always holds', async () => {
    const thing = only(
      await loadText(
        withConflict('  extends: rfc9110\n  resources: { thing: { guards: { update: {}, createOnly: { for: [replace] } } } }\n'),
      ),
    )
    expect(guard(thing, 'update')).toMatchObject({ for: ['replace', 'delete'], unpromised: [] })
    expect(guard(thing, 'createOnly').for).toEqual(['replace'])
  })
  test('a later dialect wins; one from the command line comes last', async () => {
    const stale = async (said: string, dialects: string[] = []): Promise<number[]> =>
      guard(only(await loadText(withConflict(said), {}, { dialects })), 'update').outcomes.stale!.status
    expect(await stale('  extends: [rfc9110, conflict409]\n')).toEqual([409])
    expect(await stale('  extends: [conflict409, rfc9110]\n')).toEqual([412])
    expect(await stale('  extends: rfc9110\n', ['conflict409'])).toEqual([409])
    expect(await stale('  extends: conflict409\n  outcomes: { stale: { status: 418 } }\n')).toEqual([418])
  })
  test('a guard that says send, an outcome that says status, starts afresh', async () => {
    const said =
      '  extends: rfc9110\n  guards: { update: { for: [replace], send: $request.body#/version } }\n  token: { read: $response.body#/version, format: integer }\n  outcomes: { stale: { status: 409 }, exists: { retry: refetch } }\n'
    const thing = only(await loadText(withConflict(said)))
    expect(guard(thing, 'update')).toMatchObject({ match: 'equal', any: undefined, for: ['replace'] })
    expect(thing.token).toMatchObject({ format: 'integer', bumps: 'on-change' })
    expect(thing.outcomes.stale).toMatchObject({ status: [409], reveal: {}, retry: undefined })
    expect(thing.outcomes.exists).toMatchObject({ status: [412], retry: 'refetch' })
  })
  test('false takes out what is inherited or inferred', async () => {
    const said =
      '  extends: rfc9110\n  guards: { fresh: false }\n  outcomes: { absent: false }\n  resources: { thing: { operations: { delete: false }, guards: { createOnly: false } } }\n'
    const thing = only(await loadText(withConflict(said)))
    expect(thing.guards.map(({ name }) => name)).toEqual(['update', 'unmodified', 'freshDate'])
    expect(thing.operations.has('delete')).toBe(false)
    expect(guard(thing, 'update').outcomes).not.toHaveProperty('absent')
  })
  test('outcomes are looked up in the mechanism, the resource, the root, the dialect; names are followed', async () => {
    const said = `  extends: rfc9110
  outcomes: { duplicate: { status: 400 }, missing: stale, absent: done }
  resources:
    thing:
      outcomes: { duplicate: { mediaType: text/plain } }
      unique:
        name: { fields: $request.body#/name, outcomes: { duplicate: { retry: same } } }
        note: { fields: $request.body#/note, outcomes: { duplicate: { status: 422 } } }
`
    const thing = only(await loadText(withConflict(said)))
    expect(thing.unique.map(({ outcomes }) => outcomes.duplicate)).toMatchObject([
      { status: [400], mediaType: 'text/plain', retry: 'same' },
      { status: [422], mediaType: undefined, retry: undefined },
    ])
    expect(guard(thing, 'update').outcomes).toMatchObject({
      missing: { name: 'missing', as: 'stale', status: [412] },
      absent: { as: 'done', status: [] },
    })
  })
  test("a dialect of one's own is found from the file that names it", async () => {
    const contract = await loadText(withConflict('  extends: ./ours.yaml\n'), {
      'ours.yaml': 'x-conflict: { version: 1, extends: conflict409, outcomes: { stale: { retry: never } } }\n',
    })
    expect(guard(only(contract), 'update').outcomes.stale).toMatchObject({ status: [409], retry: 'never' })
    expect(contract.dialects.map((name) => name.split('/').at(-1))).toEqual(['ours.yaml', 'conflict409', 'rfc9110'])
  })
  test('dialects that extend each other in a circle are refused', async () => {
    const files = {
      'a.yaml': 'x-conflict: { version: 1, extends: ./b.yaml }\n',
      'b.yaml': 'x-conflict: { version: 1, extends: ./a.yaml }\n',
    }
    const { lines } = await problemsOf(loadText(withConflict('  extends: ./a.yaml\n'), files))
    expect(lines).toEqual([expect.stringMatching(/^b\.yaml:1:27: the dialect \.\/a\.yaml extends itself: a → b → a; take one/)])
  })
  test('roles that share a call share what holds for one', async () => {
    const said = '  extends: rfc9110\n  resources: { thing: { operations: { create: "PUT /things/{id}" }, guards: { createOnly: {} } } }\n'
    const thing = only(await loadText(withConflict(said)))
    expect(guard(thing, 'createOnly').for).toEqual(['replace', 'create'])
    expect(thing.identity.get('id')![0]!.written).toBe('$request.path.id')
  })
})
