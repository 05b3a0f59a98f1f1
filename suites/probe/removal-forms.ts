import type { Guarding } from './guards.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Item } from '../kit/kit.ts'
import { remove } from './removal.ts'
import type { Trial } from './trial.ts'

/** What else a delete takes in If-Match, where it compares otherwise than writes do: the weak form of a tag, and `*`. */
export async function probeRemovalForms(
  trial: Trial,
  guarding: Guarding,
  spareItem: () => Promise<Item | undefined>,
): Promise<Pick<Guarding, 'match' | 'any'>> {
  const { subject } = trial
  const { way } = guarding
  const label = `${subject.call('delete')}, ${way.send.written}`
  if (way.send.name.toLowerCase() !== 'if-match' || way.quoted || way.beside) return {}
  let spare = await spareItem()
  const token = spare && (await subject.read(spare)).values.get(way.read)
  if (!spare || typeof token !== 'string') return {}
  let match = { is: 'weak', because: `${label}: the current tag, which is weak → deleted` }
  if (!token.startsWith('W/')) {
    const weak = await remove(subject, spare, [{ place: way.send, value: `W/${token}` }])
    match = { is: weak.ok ? 'weak' : 'strong', because: `${label}: the current tag with W/ before it → ${weak.status}` }
    if (weak.ok) spare = await spareItem()
  }
  const any = spare && (await remove(subject, spare, [{ place: parsePlace('$request.header.If-Match'), value: '*' }]))
  return { match, ...(any?.ok ? { any: `${label}: * → deleted` } : {}) }
}
