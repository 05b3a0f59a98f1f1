import { fault, type Fault } from '../fault.ts'

/** The checks stand in the order in which they were written. */
export const orderIgnored: Fault = fault({
  name: 'order-ignored',
  title: 'answers with another outcome than the one that comes first, where several could answer',
  resource: (resource) => ({ ...resource, order: [] }),
})

/** The last word is heard first. */
export const orderReversed: Fault = fault({
  name: 'order-reversed',
  title: 'asks for uniqueness and rules before it looks at keys, locks and tokens',
  stages(order) {
    const late = order.filter(({ name }) => name === 'schema' || name === 'rules' || name === 'unique')
    const others = order.filter((stage) => !late.includes(stage))
    const before = others.findIndex(({ name }) => name === 'keys')
    return [...others.slice(0, before), ...late, ...others.slice(before)]
  },
})
