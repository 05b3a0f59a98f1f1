/** What shows only when requests meet. */
export { oneWinner } from './stale-token.ts'
