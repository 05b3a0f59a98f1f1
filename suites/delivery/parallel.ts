import { type Delivery, landing } from './volley.ts'

/** Whole requests on warm connections, written in one go: what real clients bring about by chance. */
export const parallel: Delivery = {
  name: 'parallel',
  title: 'whole requests at once on warm connections',
  suits: () => true,
  async send({ shots, ...patience }) {
    const called = performance.now()
    for (const { connection, message } of shots) connection.write(message.bytes)
    return Promise.all(shots.map(({ connection }) => landing(connection, called, patience)))
  },
}
