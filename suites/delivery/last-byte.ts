import { setTimeout as sleep } from 'node:timers/promises'
import { type Delivery, landing, sendDecoys } from './volley.ts'

/**
 * All but the last byte of each request is sent and arrives in its own time; then the last bytes go out together, so that neither
 * connections nor lengths keep the requests apart. The last byte of a request without content is the last of its head.
 */
export const lastByte: Delivery = {
  name: 'last-byte',
  title: 'all but the last byte sent before, the last bytes at once',
  suits: () => true,
  async send(volley) {
    const { shots, hold, ...patience } = volley
    const called = performance.now()
    for (const { connection, message } of shots) connection.write(message.bytes.subarray(0, -1))
    await sleep(hold)
    const decoys = sendDecoys(volley)
    for (const { connection, message } of shots) connection.write(message.bytes.subarray(-1))
    const landings = await Promise.all(shots.map(({ connection }) => landing(connection, called, patience)))
    await decoys
    return landings
  },
}
