import { abandoned } from './abandoned.ts'
import type { Connection } from './connection.ts'
import type { Patience } from './patience.ts'
import { heldBody, withheld } from './held-body.ts'
import { lastByte } from './last-byte.ts'
import type { Lines } from './lines.ts'
import { type Message, messageOf, type Outgoing } from './message.ts'
import { parallel } from './parallel.ts'
import { inOnePacket, singlePacket } from './single-packet.ts'
import type { Delivery, DeliveryName, Landing, Shot, Way } from './volley.ts'

export type { DeliveryName, Landing } from './volley.ts'

/** Every way to let requests meet. */
export const deliveries: readonly Way[] = [lastByte, parallel, heldBody, singlePacket]

/**
 * The ways in the order in which the rounds of a race take them, again and again: the sharpest most often, and each within the first four.
 *
 * @param multiplexes the target speaks HTTP/2
 */
export function rotation(multiplexes: boolean): readonly Way[] {
  return multiplexes
    ? [lastByte, singlePacket, parallel, heldBody, lastByte, singlePacket]
    : [lastByte, parallel, heldBody, lastByte, lastByte, lastByte]
}

const onLines: readonly Delivery[] = [lastByte, parallel, heldBody, withheld, abandoned]

/** Milliseconds that what is held is held: what was sent has to be there by then. */
const hold = 4

/** What is sent together, and how. */
export interface Gathering extends Patience {
  delivery: DeliveryName
  requests: readonly Outgoing[]
  /** Safe requests, sent beside them to keep the target at work. */
  decoys: readonly Outgoing[]
  /** A safe request to a node: what a new connection carries first. */
  probe(url: URL): Outgoing
  /** Told of each request that goes out, those included that nobody asked for. */
  goes(request: Outgoing): void
}

/**
 * Lets requests meet at the target.
 *
 * @returns what came of each, in their order
 * @throws what the socket says where there is no connection to be had: then nothing of it was sent
 */
export async function gather(gathering: Gathering, lines: Lines): Promise<Landing[]> {
  const { requests, decoys, probe, goes, delivery: named, ...patience } = gathering
  if (named === singlePacket.name) return inOnePacket(gathering, lines)
  const taken: { url: URL; connection: Connection }[] = []
  const shot = async (request: Outgoing): Promise<Shot> => {
    const warm = probe(request.url)
    const connection = await lines.take(request.url, written(warm), patience, () => goes(warm))
    taken.push({ url: request.url, connection })
    return { message: written(request), connection }
  }
  try {
    const delivery = onLines.find(({ name }) => name === named)!
    const opened = await Promise.allSettled([...requests, ...decoys].map(shot))
    const failed = opened.find((one) => one.status === 'rejected')
    if (failed) throw failed.reason
    const shots = opened.map((one) => (one as PromiseFulfilledResult<Shot>).value)
    for (const request of [...requests, ...decoys]) goes(request)
    return await delivery.send({ shots: shots.slice(0, requests.length), decoys: shots.slice(requests.length), hold, ...patience })
  } finally {
    for (const { url, connection } of taken) lines.give(url, connection)
  }
}

function written({ method, url, headers, body }: Outgoing): Message {
  return messageOf(method, url, headers, body)
}
