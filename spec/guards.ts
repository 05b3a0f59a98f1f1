import type { Guard, Json, OutcomeName, Sentinel } from './contract.ts'
import { isTree } from './layers.ts'
import { markOf } from './marks.ts'
import { entries, isSaid, mechanism, needOutcome, type Setting } from './mechanism.ts'
import { readToken } from './token.ts'

/** All guards of a resource. */
export function readGuards(setting: Setting): Guard[] {
  return entries(setting, 'guards').flatMap(({ name, said, holder, pointer }): Guard[] => {
    const { reader, problems } = setting
    const mark = markOf(holder, name)
    const send = reader.places(said, 'send')
    if (!send.length) {
      if (said['send'] === undefined)
        problems.error(
          mark,
          `the guard ${name} says nowhere what it looks at, here or in a dialect; say "send: …"`,
          '',
          'send: $request.header.If-Match, or another place',
        )
      return []
    }
    const token = said['token'] === undefined ? setting.token : readToken(said, 'token', `${pointer}/token`, setting)
    if (!token) {
      if (said['token'] === undefined && isSaid(holder, name))
        problems.error(
          mark,
          `the guard ${name} has nothing to compare: ${setting.name} has no token; say where its version is read, as in "token: { read: $response.header.ETag }"`,
          '',
          'a token',
        )
      return []
    }
    const base = mechanism(setting, { name, said, holder, pointer }, ['replace', 'patch', 'delete'], 'guard', send, 'any')
    const guard: Guard = {
      ...base,
      send,
      match: (said['match'] as Guard['match']) ?? 'equal',
      required: (said['required'] as Guard['required']) ?? 'never',
      any: sentinel(said['any']),
      none: sentinel(said['none']),
      token,
      item: reader.place(said, 'item'),
    }
    if (isSaid(holder, name) && guard.for.length) {
      const reads = guard.for.every((role) => role === 'read' || role === 'list')
      const wanted: OutcomeName[] = reads
        ? ['unchanged']
        : guard.match === 'differs' || guard.match === 'modified-since'
          ? ['exists', 'stale']
          : ['stale', 'exists']
      needOutcome(setting, base, mark, 'guard', wanted)
      if (guard.required !== 'never') needOutcome(setting, base, mark, 'guard that is required', ['missing'])
    }
    return [guard]
  })
}

function sentinel(said: unknown): Sentinel | undefined {
  if (said === undefined || said === false) return undefined
  if (isTree(said) && said['present'] === false) return { omitted: true }
  return { value: said as Json } as Sentinel
}
