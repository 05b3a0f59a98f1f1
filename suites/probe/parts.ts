import { parsePointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import type { Guarding } from './guards.ts'
import type { Shot } from './subject.ts'
import type { Way } from './ways.ts'

/** So many pairs of parts are tried. */
const most = 4

/**
 * Versions of two parts that may be worth trying: a place that is refused alone, whatever it says, with each other way that goes to the same
 * part of the request.
 */
export function findParts(refusing: readonly Way[], ways: readonly Way[]): Way[] {
  const pairs: Way[] = []
  for (const way of refusing) {
    if (way.quoted || way.send.part === 'body') continue
    for (const other of ways) {
      if (other.quoted || other.read === way.read || other.send.part !== way.send.part || other.send.name === way.send.name) continue
      if (!pairs.some(({ read, beside }) => read === other.read && beside![0]!.read === way.read)) pairs.push({ ...way, beside: [other] })
    }
  }
  return pairs.slice(0, most)
}

/** Where the parts of a version are read or sent, by name. */
export function inParts(way: Way, what: 'read' | 'send'): { [part: string]: Json } {
  const parts = [way, ...(way.beside ?? [])]
  return Object.fromEntries(parts.map((part) => [partName(part), what === 'read' ? part.read : part.send.written]))
}

/** Are all parts whole numbers? */
export function isWhole(way: Way, shot: Shot): boolean {
  return [way, ...(way.beside ?? [])].every((part) => Number.isInteger(shot.values.get(part.read)))
}

/** The places where a guard is sent, as the contract says them. */
export function sendOf({ way, others }: Guarding): Json {
  if (way.beside) return inParts(way, 'send')
  const send = [way, ...others].map((one) => one.send.written)
  return send.length === 1 ? send[0]! : send
}

/** `/_seq_no` → `seqNo` */
function partName({ read }: Way): string {
  const name = parsePointer(read.slice(read.indexOf('#') + 1)).at(-1) ?? ''
  return name.replace(/^[^A-Za-z]+/, '').replaceAll(/[^A-Za-z0-9]+(.)/g, (_, letter: string) => letter.toUpperCase()) || 'part'
}
