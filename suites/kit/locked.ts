import type { Role } from '../../spec/contract.ts'
import type { Item, Kit } from './kit.ts'
import { watched } from './lock.ts'

/** An item on which we hold the lock, and what to ask when it seems to be of no use. */
export async function locked(
  { resource, lock, role, control, skip, inconclusive }: Kit,
  protects: Role = role,
): Promise<{ item: Item; held: (failed: boolean) => void }> {
  if (![...lock.for, ...lock.unpromised].includes(protects)) skip(`the lock does not protect from ${protects}`)
  // it might be over before the write that it is to keep out
  if (lock.expires !== undefined && lock.expires < 5000) skip(`the lock is held for ${lock.expires} ms only`)
  const item = await resource.create()
  const held = watched(lock, inconclusive)
  const taken = await item.acquire(lock)
  control(taken.ok, `the lock cannot be taken: ${taken.shown}`)
  control(item.lock !== undefined, `the answer tells no token of the lock (${lock.read.map(({ written }) => written).join(' or ')})`)
  return { item, held }
}

/** An item that two callers may write, and that the first has locked. */
export async function lockedAmongTwo(kit: Kit): Promise<{ item: Item; held: (failed: boolean) => void }> {
  if (kit.resource.spec.access === 'owner') kit.skip('nobody else may write the item anyway (access: owner)')
  const item = await kit.resource.create()
  const free = await item.as('b').tryWrite({ purpose: 'control: another caller writes what is not locked' })
  if (!free.ok) kit.skip(`the other caller may not write the item anyway: answered ${free.shown}`)
  await item.read()
  return { item, held: await take(kit, item) }
}

/** Takes the lock, where it stays long enough and keeps writes out. @returns what to ask when it seems to be of no use */
export async function take({ lock, role, skip, control, inconclusive }: Kit, item: Item): Promise<(failed: boolean) => void> {
  if (![...lock.for, ...lock.unpromised].includes(role)) skip(`the lock does not protect from ${role}`)
  // it might be over before the write that it is to keep out
  if (lock.expires !== undefined && lock.expires < 5000) skip(`the lock is held for ${lock.expires} ms only`)
  const held = watched(lock, inconclusive)
  const taken = await item.acquire(lock)
  control(taken.ok, `the lock cannot be taken: ${taken.shown}`)
  return held
}
