const signals: readonly string[] = ['SIGINT', 'SIGTERM']

/**
 * Aborts the signal it returns when the user (SIGINT) or the system (SIGTERM) asks the process to end. The first time is a request to
 * come to an end in order; the second ends the process at once with 130.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController()
  const stop = (): void => {
    if (controller.signal.aborted) process.exit(130)
    controller.abort()
  }
  for (const signal of signals) process.on(signal, stop)
  // Vitest would end the process a millisecond after the signal, before items are deleted and reports are written: ours is the only word.
  process.on('newListener', (event: string, listener: () => void) => {
    if (signals.includes(event)) queueMicrotask(() => process.off(event, listener))
  })
  return controller.signal
}

/** Resolves when the signal aborts. */
export function aborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve()
    else signal.addEventListener('abort', () => resolve(), { once: true })
  })
}
