import { fault, type Fault } from '../fault.ts'

/** The index is missing. */
export const uniqueOff: Fault = fault({
  name: 'unique-off',
  title: 'lets two items have the same unique value',
  resource: (resource) => ({ ...resource, unique: [] }),
})

/** `Ada` and `ada` are two. */
export const uniqueCaseSensitive: Fault = fault({
  name: 'unique-case-sensitive',
  title: 'compares unique values with regard to case where the contract says without',
  resource: (resource) => ({ ...resource, unique: resource.unique.map((each) => ({ ...each, compare: 'exact' as const })) }),
})
