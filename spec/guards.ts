import type { Guard, Json, OutcomeName, Sentinel } from './contract.ts'
import { isTree } from './tree.ts'
import { markOf } from './marks.ts'
import { entries, isSaid, mechanism, needOutcome, type Setting } from './mechanism.ts'
import { readToken } from './token.ts'

/** All guards of a resource. */
export function readGuards(setting: Setting): Guard[] {
  return entries(setting, 'guards').flatMap(({ name, said, holder, pointer }): Guard[] => {
    const { reader, problems } = setting
    const mark = markOf(holder, name)
    const sendParts = reader.parts(said, 'send')
    const send = sendParts ? [] : reader.places(said, 'send')
    if (!send.length && !sendParts) {
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
    const base = mechanism(
      setting,
      { name, said, holder, pointer },
      ['replace', 'patch', 'delete'],
      'guard',
      sendParts ? Object.values(sendParts) : [send],
    )
    const guard: Guard = {
      ...base,
      send,
      ...(sendParts ? { sendParts } : {}),
      match: (said['match'] as Guard['match']) ?? 'equal',
      required: (said['required'] as Guard['required']) ?? 'never',
      any: sentinel(said['any']),
      none: sentinel(said['none']),
      token,
      item: reader.place(said, 'item'),
    }
    const unfit = whyUnfit(guard)
    if (unfit) {
      if (isSaid(holder, name)) problems.error(markOf(said, 'send') ?? mark, unfit.message, said['send'], unfit.expected)
      return []
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

/** A guard sends the parts that its token has, each of them; one place beside such a token can only say a value of its own, as in `none`. */
function whyUnfit({ name, send, sendParts, any, none, token }: Guard): { message: string; expected: string } | undefined {
  const parts = Object.keys(token.parts ?? {})
  const sent = Object.keys(sendParts ?? {})
  const expected = `send: { ${parts.map((part) => `${part}: …`).join(', ')} }`
  if (sendParts && !token.parts)
    return {
      message: `the guard ${name} sends the parts ${sent.join(', ')}, but its token is one value; name one place, or say where each part is read`,
      expected: 'a place, or a token whose read has the same parts',
    }
  if (sendParts && parts.toSorted().join() !== sent.toSorted().join())
    return {
      message: `the guard ${name} sends the parts ${sent.join(', ')}, its token has ${parts.join(', ')}; say where each of these is sent`,
      expected,
    }
  if (send.length && token.parts && any === undefined && none === undefined)
    return {
      message: `the guard ${name} sends one value, but its token has the parts ${parts.join(', ')}; say where each is sent: "${expected}"`,
      expected,
    }
  return undefined
}

function sentinel(said: unknown): Sentinel | undefined {
  if (said === undefined || said === false) return undefined
  if (isTree(said) && said['present'] === false) return { omitted: true }
  return { value: said as Json } as Sentinel
}
