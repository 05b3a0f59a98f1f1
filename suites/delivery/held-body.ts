import { setTimeout as sleep } from 'node:timers/promises'
import { type Delivery, type Landing, landing, type Shot, type Volley } from './volley.ts'

/** A server that keeps others out while a request is under way answers none before the held ones end: so long, in holds, it is waited for. */
const longest = 20

/**
 * The head and half of the content of most requests is sent, then held; one request is sent whole and answered; then the held ones go on.
 * A server that compares the token when the head is there compared it before that one was answered.
 */
export const heldBody: Delivery = {
  name: 'held-body',
  title: 'contents held after the head while another request is carried out, then released',
  suits: (hasContent) => hasContent.length > 1 && hasContent.includes(true),
  send: (volley) => sendHolding(volley, volley.hold * longest),
}

/** How long a request is withheld at most, in milliseconds: a read of which others keep nobody is answered by then. */
export const withheldFor = 1000

/** The same, held until the other request is answered or a second is over. No way for a race: it shows who waits for whom. */
export const withheld: Delivery = {
  ...heldBody,
  name: 'withheld',
  title: 'a content held after the head until another request is answered',
  send: (volley) => sendHolding(volley, withheldFor),
}

/** @param most milliseconds that the answer to the other request is waited for */
async function sendHolding({ shots, hold, ...patience }: Volley, most: number): Promise<Landing[]> {
  // the last that has no content, else the last: it finishes
  const quick = shots.findLast(({ message }) => !canBeHeld(message)) ?? shots.at(-1)!
  const held = shots.filter((shot) => shot !== quick && canBeHeld(shot.message))
  const others = shots.filter((shot) => shot !== quick && !held.includes(shot))
  const landings = new Map<Shot, Promise<Landing>>()
  const write = (shot: Shot, from: number, to?: number): void => shot.connection.write(shot.message.bytes.subarray(from, to))
  const wait = (shot: Shot, called: number): void => void landings.set(shot, landing(shot.connection, called, patience))
  const begun = performance.now()
  for (const shot of held) write(shot, 0, half(shot))
  await sleep(hold)
  const called = performance.now()
  write(quick, 0)
  wait(quick, called)
  await Promise.race([landings.get(quick), sleep(most)])
  for (const shot of held) {
    write(shot, half(shot))
    wait(shot, begun)
  }
  const late = performance.now()
  for (const shot of others) {
    write(shot, 0)
    wait(shot, late)
  }
  return Promise.all(shots.map((shot) => landings.get(shot)!))
}

function canBeHeld({ bytes, content }: Shot['message']): boolean {
  return bytes.length > content + 1
}

function half({ message: { bytes, content } }: Shot): number {
  return content + Math.floor((bytes.length - content) / 2)
}
