import { fromPortable, type Portable, toPortable } from '../../spec/portable.ts'
import type { Target } from '../target.ts'

/** A target as plain data that can be cloned into a worker, so that its contract is loaded once. */
export interface Parcel extends Omit<Target, 'loaded'> {
  loaded: Portable
}

export function packed(target: Target): Parcel {
  return { ...target, loaded: toPortable(target.loaded) }
}

export function unpacked(parcel: Parcel): Target {
  return { ...parcel, loaded: fromPortable(parcel.loaded) }
}
