import type { Guard } from '../../spec/contract.ts'
import type { Kit, TokenValue } from './kit.ts'
import { neverMatches, tokenWords } from './token.ts'

/**
 * Ends the check where the token can match nothing, so that its refusal is right and proves nothing (RFC 9110 §13.1.1).
 * @throws Skip
 */
export function mustBeMatchable(kit: Kit, token: TokenValue, guard: Guard = kit.guard): void {
  if (neverMatches(token, guard)) kit.skip(`the tag ${tokenWords(token)} is weak, so If-Match can never match it`)
}
