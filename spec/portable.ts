import type { Contract } from './contract.ts'
import { derefSchema } from './deref.ts'

/** A contract as plain data, which can be cloned into a worker or written down. */
export type Portable = Omit<Contract, 'deref'>

export function toPortable({ deref: _, ...contract }: Contract): Portable {
  return contract
}

export function fromPortable(contract: Portable): Contract {
  return { ...contract, deref: (schema) => derefSchema(contract.document, schema) }
}
