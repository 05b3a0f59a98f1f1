import type { Fact, Role } from '../../spec/contract.ts'
import { roomInRequest } from '../../spec/room.ts'
import type { Answer } from './answer.ts'
import type { Kit } from './kit.ts'

/**
 * Why a request of this role cannot say what switches a guard or a rule off, in half a sentence: a guard on several roles is switched off where
 * the document declares the word, and what it does not declare a server may refuse or ignore.
 */
export function unsayable(override: readonly Fact[], role: Role, { contract, resource }: Kit): string | undefined {
  const { operation } = resource.spec.operations.get(role)!
  const missing = override.find(({ place }) => {
    const room = roomInRequest(place, operation, contract.deref)
    return room !== 'declared' && !(place.part === 'body' && room === 'open')
  })
  return missing && `the document declares no ${missing.place.written} on ${role}`
}

/** Who may write may still not be allowed to override: then nothing is judged. Gives back why. */
export function forbidden({ status, shown }: Answer): string | undefined {
  return status === 401 || status === 403 ? `we may not override: answered ${shown}` : undefined
}
