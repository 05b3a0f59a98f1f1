import { appendFileSync, closeSync, existsSync, fdatasync, mkdirSync, openSync, readFileSync, rmdirSync, rmSync, writeSync } from 'node:fs'
import path from 'node:path'
import { promisify } from 'node:util'
import type { TargetConfig } from '../target.ts'
import type { TokenValue } from './kit.ts'
import type { Identity } from './request.ts'

/** The first line of a ledger: which target it is of. There is no credential in it. */
export interface LedgerHead {
  ifmatch: 'ledger'
  version: 1
  /** The target file; null: the target was named by its URL. */
  file: string | null
  name: string
  urls: string[]
  contract: string
  overlays: string[]
  dialects: string[]
  prefix: string
  started: string
}

/** Something that may have been made, before its create is sent. */
export interface Sent {
  check: string
  resource: string
  as: Identity
  method: string
  /** Where the create goes. */
  url: string
  /** The path parameters that are known so far. */
  path: Record<string, string>
  /** The word that `$unique` stands for in all that belongs to it. */
  unique: string | undefined
}

/** What is known of it once the create was answered. */
export interface Known {
  path: Record<string, string>
  token: TokenValue | undefined
  /** Where it is. */
  url: string
}

/** Something in a ledger that is not known to be gone. */
export interface Open extends Sent {
  entry: number
  /** Undefined: the answer to its create was not seen. */
  known: Known | undefined
}

/** Why nobody has to delete it any more: nothing was made, it is gone, or no request could do it and it was told. */
export type Settled = 'refused' | 'deleted' | 'told'

type Line = LedgerHead | ({ entry: number; is: 'sent' } & Sent) | ({ entry: number; is: 'made' } & Known) | { entry: number; is: Settled }

const sync = promisify(fdatasync)

/**
 * What a run made and has not deleted yet. With a file, each create stands there (JSON lines) before it is sent, on the disk and not only
 * on its way to it, and its answer as soon as it is known: so that whoever ends the process cannot make it forgotten.
 */
export class Ledger {
  readonly #target: TargetConfig
  readonly #redact: (text: string) => string
  readonly #open: Set<number> = new Set()
  #next = 1
  #fd: number | undefined
  #syncing: Promise<void> | undefined
  #again: Promise<void> | undefined

  /** @param redact takes secrets out of what is written */
  constructor(target: TargetConfig, redact: (text: string) => string) {
    this.#target = target
    this.#redact = redact
  }

  /** How much may be there that has to be deleted. */
  get open(): number {
    return this.#open.size
  }

  /** A create is about to be sent. Resolves with the number of its entry when that is safe. @throws what the file system says */
  async sending(sent: Sent): Promise<number> {
    const entry = this.#next++
    this.#open.add(entry)
    this.#write({ entry, is: 'sent', ...sent })
    await this.#synced()
    return entry
  }

  /** The create was answered with success. */
  made(entry: number, known: Known): void {
    this.#write({ entry, is: 'made', ...known })
  }

  settled(entry: number, is: Settled): void {
    if (this.#open.delete(entry)) this.#write({ entry, is })
  }

  /** Ends it: the file goes if everything in it is gone. */
  async close(): Promise<void> {
    const { ledger } = this.#target
    if (this.#fd === undefined || ledger === undefined) return
    await this.#synced()
    closeSync(this.#fd)
    this.#fd = undefined
    if (this.#open.size === 0) removeLedger(ledger)
  }

  #write(line: Line): void {
    const { ledger } = this.#target
    if (ledger === undefined) return
    if (this.#fd === undefined) {
      mkdirSync(path.dirname(ledger), { recursive: true })
      this.#fd = openSync(ledger, 'wx', 0o600)
      this.#write(headOf(this.#target))
    }
    writeSync(this.#fd, `${this.#redact(JSON.stringify(line))}\n`)
  }

  /** Those who come while the disk is busy share the next time. */
  async #synced(): Promise<void> {
    if (this.#fd === undefined) return
    if (!this.#syncing) {
      this.#syncing = sync(this.#fd).finally(() => (this.#syncing = undefined))
      return this.#syncing
    }
    this.#again ??= this.#syncing.then(() => {
      this.#again = undefined
      return this.#synced()
    })
    return this.#again
  }
}

function headOf({ file, name, urls, contract, overlays, dialects, prefix }: TargetConfig): LedgerHead {
  const started = new Date().toISOString()
  // whoever reads it may do so from another folder
  const from = (name: string): string => (/^(?:https?|file):/i.test(name) ? name : path.resolve(name))
  const files = { contract: from(contract), overlays: overlays.map(from) }
  return { ifmatch: 'ledger', version: 1, file: file ?? null, name, urls, ...files, dialects, prefix, started }
}

/** A file that is no ledger. */
export class LedgerProblem extends Error {}

/**
 * Reads a ledger: what is not known to be gone, in the order in which it was made. A last line that is not whole, because the process was
 * ended while it was written, says of something that was not sent.
 * @throws LedgerProblem that names the line
 */
export function readLedger(file: string): { head: LedgerHead; open: Open[] } {
  let text: string
  try {
    text = readFileSync(file, 'utf8')
  } catch (error) {
    throw new LedgerProblem(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code}); name a ledger that a run left`)
  }
  const lines = text.split('\n')
  // what stands behind the last line end is empty, or not whole
  const values = lines.slice(0, -1).map((line, at) => parsed(line, `${file}:${at + 1}`))
  const [head, ...rest] = values
  if (!isHead(head)) throw new LedgerProblem(`${file}:1: this is no ledger of ifmatch; name a file that a run left, as in .ifmatch/`)
  const open = new Map<number, Open>()
  for (const [at, line] of rest.entries()) {
    if (!('is' in line)) throw new LedgerProblem(`${file}:${at + 2}: this is no entry of a ledger`)
    const before = open.get(line.entry)
    if (line.is === 'sent') open.set(line.entry, { ...line, known: undefined })
    else if (line.is !== 'made') open.delete(line.entry)
    else if (before) before.known = { path: line.path, token: line.token, url: line.url }
  }
  return { head, open: [...open.values()] }
}

/** Notes in a ledger that something is gone. */
export function settle(file: string, entry: number): void {
  appendFileSync(file, `${JSON.stringify({ entry, is: 'deleted' })}\n`)
}

/** Removes a ledger that is done with, and its folder if that is the usual one and empty. */
export function removeLedger(file: string): void {
  rmSync(file, { force: true })
  const folder = path.dirname(file)
  if (path.basename(folder) !== '.ifmatch' || !existsSync(folder)) return
  try {
    rmdirSync(folder)
  } catch {
    // others lie in it
  }
}

function parsed(line: string, place: string): Line {
  try {
    const value: unknown = JSON.parse(line)
    if (typeof value === 'object' && value !== null) return value as Line
  } catch {
    // told below
  }
  throw new LedgerProblem(`${place}: this is no line of a ledger; mend it, or take it out`)
}

function isHead(line: Line | undefined): line is LedgerHead {
  return line !== undefined && 'ifmatch' in line && line.ifmatch === 'ledger' && line.version === 1
}
