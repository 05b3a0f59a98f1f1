/** What shows only when requests meet. */
export { nothingLost } from './counter.ts'
export { repeatAfterAbort } from './lost-answer.ts'
export { bothSurvive, onePatches } from './patches.ts'
export { losersRefused, oneWinner, oneWinnerInBody } from './stale-token.ts'
export { oneCreates } from './create-only.ts'
export { identicalCreates, oneTakesIt } from './unique.ts'
export { oneEffect, otherPayload } from './same-key.ts'
export { updateOrDelete } from './update-or-delete.ts'
