import type { Idempotency, Mechanism, Place, Schema } from './contract.ts'
import { isTree } from './tree.ts'
import { readDuration } from './duration.ts'
import { markOf } from './marks.ts'
import { isSaid, mechanism, needOutcome, type Setting } from './mechanism.ts'
import { standardRoles } from './roles.ts'

/** The idempotency key of a resource, if it has one. */
export function readIdempotency(setting: Setting): Idempotency | undefined {
  const { tree, reader, problems } = setting
  const said = tree['idempotency']
  if (!isTree(said)) return undefined
  const pointer = `x-conflict/resources/${setting.name}/idempotency`
  const key = reader.places(said, 'key')
  if (!key.length) {
    if (said['key'] === undefined)
      problems.error(
        markOf(tree, 'idempotency'),
        'idempotency says nowhere where the key is sent; say "key: $request.header.Idempotency-Key", or extend a dialect that does',
        '',
        'key: a place in the request',
      )
    return undefined
  }
  const actions = [...setting.operations.keys()].filter((role) => !standardRoles.includes(role))
  const base = mechanism(setting, { name: 'idempotency', said, holder: tree, pointer }, ['create', ...actions], 'idempotency', [key])
  if (isSaid(tree, 'idempotency') && base.for.length && said['required'] === 'always')
    needOutcome(setting, base, markOf(tree, 'idempotency'), 'key that is required', ['keyMissing'])
  const fingerprint = (said['fingerprint'] as string[] | undefined) ?? ['method', 'path', 'body']
  return {
    ...base,
    key,
    schema: (said['schema'] as Schema | undefined) ?? declaredKey(key, base, setting),
    required: (said['required'] as Idempotency['required']) ?? 'never',
    scope: (said['scope'] as Idempotency['scope']) ?? ['caller'],
    fingerprint: fingerprint.flatMap((part, at) =>
      ['method', 'path', 'body'].includes(part) ? (part as 'method') : (reader.place(said['fingerprint'] as unknown[], at) ?? []),
    ),
    onRepeat: [said['onRepeat'] ?? 'replay'].flat() as Idempotency['onRepeat'],
    stores: (said['stores'] as Idempotency['stores']) ?? 'executed',
    expires: readDuration(said, 'expires', setting.problems),
  }
}

/** The schema of a key that an operation declares as a parameter. */
function declaredKey(key: readonly Place[], { for: roles }: Mechanism, { operations }: Setting): Schema | undefined {
  const parameters = roles.flatMap((role) => operations.get(role)?.operation.parameters ?? [])
  return parameters.find((parameter) =>
    key.some((place) => place.part === parameter.in && place.name.toLowerCase() === parameter.name.toLowerCase()),
  )?.schema
}
