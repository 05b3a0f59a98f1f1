import type { Lock } from './contract.ts'
import { readDuration } from './duration.ts'
import { isTree } from './tree.ts'
import { markOf } from './marks.ts'
import { entries, isSaid, mechanism, needOutcome, type Setting } from './mechanism.ts'

/** All locks of a resource. One that only a dialect has is left out where there is nothing to acquire it with. */
export function readLocks(setting: Setting): Lock[] {
  return entries(setting, 'locks').flatMap((entry): Lock[] => {
    const { name, said, holder } = entry
    const { reader, problems, operations } = setting
    if (!isTree(said)) return []
    const mark = markOf(holder, name)
    if (said['acquire'] === undefined)
      problems.error(
        mark,
        `the lock ${name} cannot be had: say "acquire", the call that takes it`,
        '',
        'acquire: a call, as in "LOCK /{path}"',
      )
    const acquire = reader.call(said, 'acquire', operations)
    if (!acquire) return []
    const read = reader.places(said, 'read')
    const send = reader.places(said, 'send')
    if (!read.length !== !send.length)
      problems.error(
        mark,
        read.length
          ? `the token of the lock ${name} is read, but sent nowhere; say "send", or leave out both: then the caller holds it`
          : `the token of the lock ${name} is sent, but learnt nowhere; say "read", or leave out both: then the caller holds it`,
        '',
        'read and send, or neither',
      )
    const base = mechanism(setting, entry, ['replace', 'patch', 'delete'], 'lock', [send])
    if (isSaid(holder, name) && base.for.length) needOutcome(setting, base, mark, 'lock', ['locked'])
    return [
      {
        ...base,
        acquire,
        release: reader.call(said, 'release', operations),
        read,
        send,
        expires: readDuration(said, 'expires', problems),
      },
    ]
  })
}
