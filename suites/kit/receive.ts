import type { Dispatcher } from 'undici'
import type { HeaderLine } from '../../reports/model.ts'

/** The start of an answer, field lines as they were. */
export interface Head {
  status: number
  headers: HeaderLine[]
}

/** There was no whole answer in time. */
export class Timeout extends Error {}

/** More was answered than is taken. */
export class TooLong extends Error {}

/** How an answer is waited for. */
export interface Waiting {
  /** Milliseconds that it may take. */
  timeout: number
  /** Bytes of content that are taken. */
  limit: number
  /** Ends it. */
  signal?: AbortSignal
}

/**
 * Sends one request and gathers the content of its answer. Over undici's `dispatch`: its `request` makes a stream of each answer, which
 * takes longer than all the rest of it.
 *
 * @param onHead is called when the answer has begun
 * @throws Timeout, TooLong, the signal's reason, or what undici says
 */
export async function receive(
  connections: Dispatcher,
  request: Dispatcher.DispatchOptions,
  { timeout, limit, signal }: Waiting,
  onHead: (head: Head) => void,
): Promise<Buffer> {
  const { promise, resolve, reject } = Promise.withResolvers<Buffer>()
  const chunks: Buffer[] = []
  let length = 0
  let controller: Dispatcher.DispatchController | undefined
  let stopped: Error | undefined
  const stop = (reason: Error): void => {
    stopped = reason
    reject(reason)
    controller?.abort(reason)
  }
  const interrupt = (): void => stop(signal!.reason as Error)
  signal?.addEventListener('abort', interrupt)
  const timer = setTimeout(() => stop(new Timeout()), timeout)
  try {
    connections.dispatch(request, {
      onRequestStart(started) {
        controller = started
        if (stopped) controller.abort(stopped)
      },
      onResponseStart({ rawHeaders }, status) {
        // 1xx is no answer yet (RFC 9110 §15.2)
        if (status >= 200) onHead({ status, headers: pairs(rawHeaders as (string | Buffer)[]) })
      },
      onResponseData(_, chunk) {
        length += chunk.length
        if (length > limit) stop(new TooLong())
        else chunks.push(chunk)
      },
      onResponseEnd: () => resolve(chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)),
      onResponseError: (_, error) => reject(error),
    })
    return await promise
  } finally {
    clearTimeout(timer)
    signal?.removeEventListener('abort', interrupt)
  }
}

function pairs(raw: (string | Buffer)[]): HeaderLine[] {
  const text = (part: string | Buffer): string => (typeof part === 'string' ? part : part.toString('latin1'))
  const lines: HeaderLine[] = []
  for (let at = 0; at + 1 < raw.length; at += 2) lines.push([text(raw[at]!), text(raw[at + 1]!)])
  return lines
}
