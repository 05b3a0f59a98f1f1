import { reject } from '../decision.ts'
import type { Stage } from '../decide.ts'

/** Who does not say who they are learns nothing else (RFC 9110 §15.5.2, §13.2.1). */
export const authenticate: Stage = {
  name: 'authenticate',
  decide({ facts }) {
    const { security } = facts.operation
    if (security.length === 0 || security.some((all) => all.length === 0) || facts.caller !== undefined) return undefined
    const schemes = [...new Set(security.flat())].join(', ')
    return reject(401, 'RFC 9110 §15.5.2', `no credentials that the security scheme ${schemes} accepts were sent`, {
      headers: [['WWW-Authenticate', 'Bearer']],
    })
  },
}
