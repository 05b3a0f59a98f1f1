import type { Json, Role } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import { withHeader } from '../kit/request.ts'
import { current, type Guarding } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import { remove } from './removal.ts'
import type { Put } from './subject.ts'
import type { Trial } from './trial.ts'

/** Asks for an exclusive lock on writes (RFC 4918 §9.10.7); with an owner, which some servers want (§14.17). */
const lockInfo =
  '<?xml version="1.0" encoding="utf-8"?><lockinfo xmlns="DAV:"><lockscope><exclusive/></lockscope><locktype><write/></locktype><owner>ifmatch</owner></lockinfo>'

/** The answer to LOCK tells the token so, and writes send it so (RFC 4918 §10.5, §10.4). */
const read = { at: '$response.header.Lock-Token', text: '<{}>' }
const send = { at: '$request.header.If', text: '(<{}>)' }

/**
 * Whether LOCK keeps others from writing (RFC 4918 §6): a write without the token is refused and changes nothing, with it it is performed, and
 * without it again once the lock was given back. What was locked is always given back.
 */
export async function probeLock(trial: Trial, main: Role, guarding: Guarding | undefined): Promise<void> {
  const { subject, item } = trial
  if (subject.resource.operations.get('lock')?.operation.method !== 'LOCK' || !subject.has('unlock') || trial.closed.has(main)) return
  const known = (): Put[] => (guarding?.required ? current(trial.now, guarding) : [])
  const acquire = async (): Promise<Answer> => {
    const request = await item.request('lock', { purpose: 'probe: lock', token: null, body: lockInfo })
    return subject.send(withHeader(withHeader(request, 'Content-Type', 'application/xml'), 'Timeout', 'Second-60'))
  }
  const tokenIn = (answer: Answer): string | undefined => /^<(.*)>$/.exec(answer.header('lock-token') ?? '')?.[1]
  const taken = await acquire()
  const token = tokenIn(taken)
  if (!taken.ok || token === undefined) return
  const holds: Put = { place: parsePlace(send.at), value: send.text.replace('{}', token) }
  const release = async (held: string): Promise<boolean> => {
    const request = await item.request('unlock', { purpose: 'probe: unlock', token: null })
    return (await subject.send(withHeader(request, 'Lock-Token', `<${held}>`), true)).ok
  }
  const roles: Role[] = []
  const outcomes: { [name: string]: Json } = {}
  const because: string[] = []
  try {
    const locked = await trial.write(main, known())
    if (locked.answer.ok || locked.answer.status >= 500) return
    await trial.prove()
    if (!(await trial.write(main, [...known(), holds])).performed) return
    roles.push(main)
    outcomes['locked'] = outcomeOf(locked.answer)
    because.push(
      `${subject.call(main)} while it is locked → ${locked.answer.status}, nothing changed; with the token of the lock → performed`,
    )
    const again = await acquire()
    const second = again.ok ? tokenIn(again) : undefined
    if (second !== undefined && second !== token) await release(second)
    if (!again.ok && again.status < 500) outcomes['exists'] = outcomeOf(again)
    if (!again.ok) because.push(`${subject.call('lock')} while it is locked → ${again.status}`)
    const deleted = subject.has('delete') ? await remove(subject, item, guarding?.required ? known() : []) : undefined
    if (deleted && !deleted.ok && deleted.status === locked.answer.status && (await subject.read(item)).answer.ok) {
      roles.push('delete')
      because.push(`${subject.call('delete')} while it is locked → ${deleted.status}, not deleted`)
    }
  } finally {
    if (!(await release(token))) roles.length = 0
  }
  // the control: nothing but the lock was the reason
  if (!roles.length || !(await trial.write(main, known())).performed) return
  const lost = await trial.write(main, [...known(), holds])
  if (!lost.answer.ok && lost.answer.status < 500) {
    await trial.prove()
    outcomes['lockLost'] = outcomeOf(lost.answer)
    because.push(`${subject.call(main)} with the token of a lock that was given back → ${lost.answer.status}, nothing changed`)
  }
  const facts = { '$request.header.Timeout': 'Second-60', '$request.header.Content-Type': 'application/xml', '$request.body': lockInfo }
  const value: Json = {
    for: roles,
    acquire: { call: 'lock', with: facts },
    release: { call: 'unlock', with: { '$request.header.Lock-Token': '<{$lock}>' } },
    read,
    send,
    outcomes,
  }
  trial.settle(['locks', 'exclusive'], value, ...because)
}
