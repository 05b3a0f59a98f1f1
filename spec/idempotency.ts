import type { Idempotency, Mechanism, Place, Schema } from './contract.ts'
import { isTree } from './layers.ts'
import { markOf } from './marks.ts'
import { isSaid, mechanism, needOutcome, type Setting } from './mechanism.ts'
import { standardRoles } from './roles.ts'

type Tree = Record<string, unknown>

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
  const base = mechanism(setting, { name: 'idempotency', said, holder: tree, pointer }, ['create', ...actions], 'idempotency', key, 'any')
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
    expires: duration(said['expires'], setting, said),
  }
}

/** The schema of a key that an operation declares as a parameter. */
function declaredKey(key: readonly Place[], { for: roles }: Mechanism, { operations }: Setting): Schema | undefined {
  const parameters = roles.flatMap((role) => operations.get(role)?.operation.parameters ?? [])
  return parameters.find((parameter) =>
    key.some((place) => place.part === parameter.in && place.name.toLowerCase() === parameter.name.toLowerCase()),
  )?.schema
}

/** An ISO 8601 duration in milliseconds; a month has 30 days, a year 365. */
function duration(said: unknown, setting: Setting, holder: Tree): number | undefined {
  if (typeof said !== 'string') return undefined
  const parts = /^P(?!$)(?:(\d+)Y)?(?:(\d+)M)?(?:(\d+)W)?(?:(\d+)D)?(?:T(?!$)(?:(\d+)H)?(?:(\d+)M)?(?:(\d+(?:\.\d+)?)S)?)?$/.exec(said)
  if (!parts) {
    setting.problems.error(
      markOf(holder, 'expires'),
      `${said} is no duration of ISO 8601; a day is PT24H or P1D, a quarter of an hour PT15M`,
      said,
      'PT24H',
    )
    return undefined
  }
  const seconds = [365 * 86_400, 30 * 86_400, 7 * 86_400, 86_400, 3_600, 60, 1]
  return seconds.reduce((sum, length, at) => sum + Number(parts[at + 1] ?? 0) * length, 0) * 1000
}
