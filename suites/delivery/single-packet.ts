import type { Patience } from './patience.ts'
import type { Gathering } from './index.ts'
import type { Lines } from './lines.ts'
import type { Outgoing } from './message.ts'
import type { Held, Streams } from './streams.ts'
import type { Landing, Way } from './volley.ts'

/** Milliseconds until what was sent before has been read, at most. */
const longest = 100

/**
 * Over HTTP/2, all requests as streams of one connection: their ends are held back, then go out in one write. However far away the server
 * is, it reads them at once.
 */
export const singlePacket: Way = {
  name: 'single-packet',
  title: 'streams of one HTTP/2 connection, their ends sent in one write',
  suits: () => true,
}

/**
 * Sends requests so; those to another node over a connection of its own.
 *
 * @throws what the socket says where there is no connection to be had: then nothing of it was sent
 */
export async function inOnePacket({ requests, probe, goes, ...patience }: Gathering, lines: Lines): Promise<Landing[]> {
  const taken = new Map<string, Streams>()
  for (const { url } of requests)
    if (!taken.has(url.origin)) taken.set(url.origin, await lines.streams(url, probe(url), patience, () => goes(probe(url))))
  const called = performance.now()
  const begun = requests.map((request) => {
    goes(request)
    return begin(taken.get(request.url.origin)!, request)
  })
  await Promise.all([...taken.values()].map((streams) => streams.arrived(longest)))
  for (const held of begun) if (!(held instanceof Error)) held.release()
  const landings = await Promise.all(begun.map((held) => landed(held, called, patience)))
  for (const streams of taken.values()) streams.used = performance.now()
  return landings
}

/** A connection that ended meanwhile takes no more streams. */
function begin(streams: Streams, request: Outgoing): Held | Error {
  try {
    return streams.begin(request)
  } catch (error) {
    return error as Error
  }
}

async function landed(held: Held | Error, called: number, patience: Patience): Promise<Landing> {
  try {
    if (held instanceof Error) throw held
    const { at, ...answer } = await held.answer(patience)
    return { called, returned: at, answer, error: undefined }
  } catch (error) {
    return { called, returned: Number.POSITIVE_INFINITY, answer: undefined, error: error as Error }
  }
}
