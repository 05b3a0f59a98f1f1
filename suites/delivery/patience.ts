/** What is waited for, and how long. */
export interface Patience {
  /** Milliseconds until the whole answer must be there. */
  timeout: number
  /** Bytes of the answer at most. */
  limit: number
  signal?: AbortSignal
}

/**
 * Waits until an answer is whole or cannot be any more.
 *
 * @param watch is called once, with what it calls when it knows
 * @throws Error that it was given, `no whole answer in …` or `interrupted`
 */
export async function patiently<T>(
  { timeout, signal }: Patience,
  watch: (resolve: (whole: T) => void, reject: (why: Error) => void) => void,
): Promise<T> {
  if (signal?.aborted) throw new Error('interrupted')
  const { promise, resolve, reject } = Promise.withResolvers<T>()
  const late = setTimeout(() => reject(new Error(`no whole answer in ${timeout / 1000} s`)), timeout)
  const stop = (): void => reject(new Error('interrupted'))
  signal?.addEventListener('abort', stop, { once: true })
  try {
    watch(resolve, reject)
    return await promise
  } finally {
    clearTimeout(late)
    signal?.removeEventListener('abort', stop)
  }
}
