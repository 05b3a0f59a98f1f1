import { isDeepStrictEqual } from 'node:util'
import type { Item, Kit, TokenValue } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import { lookUntil } from './look.ts'
import type { Record } from './record.ts'

/** The version that all sent, and one more such write where that is not one of the check's role. */
export interface Sent {
  token: TokenValue
  again?: () => Promise<Request>
}

/**
 * Everybody was refused: was it the current version that all had sent? A read may have been behind when they got it. One more write with
 * it, when all others have ended, tells: performed, and it was current all the time.
 *
 * @returns why the round tells nothing; undefined: the version was the current one
 */
export async function currentAlone(kit: Kit, item: Item, record: Record, { token, again }: Sent): Promise<string | undefined> {
  const alone = await (again ? again() : item.request('write', { token }))
  const request = { ...alone, purpose: 'write alone, with the version that all had sent' }
  const [met] = await kit.meet([request], await item.request('read', { purpose: 'read the item' }), 'parallel')
  const outcome = record.met(met!, { role: 'write', sent: token, wrote: request.marker, outcomes: kit.guard.outcomes })
  if (outcome === 'done') return undefined
  if (outcome === 'refused' && !(await isReplaced(kit, item, token))) kit.lag.saw(Infinity)
  return 'all were refused, and who writes alone with the version that they sent is not let through either: a read that was behind may have shown it'
}

/** Do reads show another version, if one waits? */
async function isReplaced(kit: Kit, item: Item, token: TokenValue): Promise<boolean> {
  const left = await lookUntil(
    kit,
    () => item.read({ purpose: 'see whether there is another version' }),
    (one) => !isDeepStrictEqual(one.token, token),
  )
  return !isDeepStrictEqual(left.token, token)
}
