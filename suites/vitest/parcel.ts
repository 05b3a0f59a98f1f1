import type { Contract } from '../../spec/contract.ts'
import { derefSchema } from '../../spec/references.ts'
import type { Target } from '../target.ts'

/** A target as plain data that can be cloned into a worker, so that its contract is loaded once. */
export interface Parcel extends Omit<Target, 'loaded'> {
  loaded: Omit<Contract, 'deref'>
}

export function packed(target: Target): Parcel {
  const { deref: _, ...loaded } = target.loaded
  return { ...target, loaded }
}

export function unpacked(parcel: Parcel): Target {
  return { ...parcel, loaded: { ...parcel.loaded, deref: (schema) => derefSchema(parcel.loaded.document, schema) } }
}
