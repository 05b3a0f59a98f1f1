/** A value that was inferred, and why. */
export interface Inferred<T> {
  value: T
  why: string
}
