import type { HeaderLine } from '../../reports/model.ts'
import type { Arrived, Connection } from './connection.ts'
import type { Patience } from './patience.ts'
import type { Message } from './message.ts'

/** One request of a volley: what to send, on which connection. */
export interface Shot {
  message: Message
  connection: Connection
}

/** Requests that are to meet at the server, and what helps them to. */
export interface Volley extends Patience {
  shots: readonly Shot[]
  /** Safe requests on connections of their own, sent just before the release: a server that is at work takes all that came meanwhile at once. */
  decoys: readonly Shot[]
  /** Milliseconds that a held request is held: long enough for what was sent to be there. */
  hold: number
}

/** What came of one request of a volley. Times are ms of `performance.now()`. */
export interface Landing {
  /** Before its first byte left. */
  called: number
  /** After the last byte of its answer was there; Infinity where there is none. */
  returned: number
  answer: { status: number; headers: HeaderLine[]; body: Buffer } | undefined
  /** Why there is no whole answer. What was asked for may have been done, or may still be. */
  error: Error | undefined
}

/** A way to let requests meet. Each finds servers that the others miss. */
export interface Way {
  name: DeliveryName
  /** Half a sentence for people. */
  title: string
  /** Does it do anything that another would not, with requests that have content or not? */
  suits(hasContent: readonly boolean[]): boolean
}

/** A way over HTTP/1.1, each request on a connection of its own. */
export interface Delivery extends Way {
  /** Never throws for what the server does. */
  send(volley: Volley): Promise<Landing[]>
}

/** What a way is called. */
export type DeliveryName = 'last-byte' | 'parallel' | 'held-body' | 'single-packet' | 'abandoned' | 'withheld'

/** The answer to what was sent from `called` on, as a landing. */
export async function landing(connection: Connection, called: number, patience: Patience): Promise<Landing> {
  try {
    const { at, ...answer }: Arrived = await connection.answer(patience)
    return { called, returned: at, answer, error: undefined }
  } catch (error) {
    return { called, returned: Number.POSITIVE_INFINITY, answer: undefined, error: error as Error }
  }
}

/** Sends the decoys; their answers are taken and forgotten. */
export function sendDecoys({ decoys, ...patience }: Volley): Promise<unknown> {
  for (const { connection, message } of decoys) connection.write(message.bytes)
  return Promise.all(decoys.map(({ connection }) => landing(connection, 0, patience)))
}
