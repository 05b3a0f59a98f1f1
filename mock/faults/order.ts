import { fault, type Fault } from '../fault.ts'

/** Conditions tell strangers what is there. */
export const authAfterGuard: Fault = fault({
  name: 'auth-after-guard',
  title: 'looks at conditions before it asks who is there',
  stages(order) {
    const authenticate = order.filter(stage => stage.name === 'authenticate')
    const others = order.filter(stage => stage.name !== 'authenticate')
    const after = others.findIndex(stage => stage.name === 'guards') + 1
    return [...others.slice(0, after), ...authenticate, ...others.slice(after)]
  },
})
