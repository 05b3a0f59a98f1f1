import { setTimeout as sleep } from 'node:timers/promises'
import type { Delivery } from './volley.ts'

/** Whole requests whose connections are gone before anybody reads an answer: a phone in a tunnel. */
export const abandoned: Delivery = {
  name: 'abandoned',
  title: 'whole requests, the connections closed before the answers are read',
  suits: () => true,
  async send({ shots }) {
    const called = performance.now()
    for (const { connection, message } of shots) connection.write(message.bytes)
    // what was handed over is on its way; an answer is not waited for
    await sleep(1)
    for (const { connection } of shots) connection.destroy()
    const error = new Error('the connection was closed on purpose')
    return shots.map(() => ({ called, returned: Number.POSITIVE_INFINITY, answer: undefined, error }))
  },
}
