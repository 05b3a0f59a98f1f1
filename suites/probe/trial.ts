import { isDeepStrictEqual } from 'node:util'
import { parseHttpDate } from '../../http/http-date.ts'
import type { Finding } from '../../spec/candidates/finding.ts'
import type { Json, Role } from '../../spec/contract.ts'
import type { Answer } from '../kit/answer.ts'
import type { Item } from '../kit/kit.ts'
import { type Put, type Shot, Stop, type Subject } from './subject.ts'
import { along, isSamePut, type Way } from './ways.ts'

/** How a write ended, by what a read showed after it. */
export interface Ending {
  answer: Answer
  /** It was answered with success and is stored. */
  performed: boolean
  /** The word that it put at the marker. */
  marker: string
}

/** An item under trial: what is stored, what was stored before, and what was learnt. */
export class Trial {
  readonly subject: Subject
  readonly item: Item
  now: Shot
  /** The version before this one: its token was once valid and is not any more. */
  before: Shot | undefined
  readonly findings: Finding[] = []
  readonly questions: string[] = []
  /** By role: what was stored when a write with an old version was refused. */
  readonly stale: Map<Role, { now: Shot; before: Shot | undefined }> = new Map()
  /** Roles that refuse whatever was tried: from one more refusal nothing follows. */
  readonly closed: Set<Role> = new Set()
  /** Roles that the target does not have. */
  readonly absent: Role[] = []
  /** All versions that were seen, the first one first. */
  readonly versions: Shot[]
  /** By role: the places whose values a write with another content left as they were. */
  readonly kept: Map<Role, Set<string>> = new Map()
  #refused = false

  constructor(subject: Subject, item: Item, now: Shot) {
    this.subject = subject
    this.item = item
    this.now = now
    this.versions = [now]
  }

  /** The last version whose token this way differs from the present one. */
  earlier(way: Way): Shot | undefined {
    const now = along(way, this.now)
    return now && this.versions.findLast((shot) => !isSamePut(now, along(way, shot)))
  }

  /** Something seen: it becomes a promise, with the request and the status in a comment. */
  settle(at: readonly string[], value: Json, ...because: string[]): void {
    this.findings.push({ at, value, sure: true, because })
  }

  /** A write that carries this, judged by what a read shows after it. */
  async write(role: Role, puts: readonly Put[], marker: string = this.subject.word()): Promise<Ending> {
    const answer = await this.subject.send(await this.subject.change(this.item, role, this.now, marker, puts))
    if (!answer.ok) {
      this.#refused = true
      return { answer, performed: false, marker }
    }
    const shown = this.subject.shot(answer)
    // an answer that shows the whole item as a read does saves the read; what follows is held against a read all the same
    const isBlind = this.subject.unseen.has(role)
    const isWhole =
      !isBlind && shown.marker === marker && [...this.now.values.keys()].every((place) => isDate(place) || shown.values.has(place))
    const after = isWhole ? shown : await this.subject.read(this.item)
    if (!after.answer.ok) throw new Stop(`a ${role} was answered ${answer.status}, and the read after it ${after.answer.status}`)
    if (!isWhole) this.#refused = false
    const isChanged = isOther(after, this.now)
    const performed = isBlind ? isChanged : after.marker === marker
    if (performed) {
      if (isBlind || after.marker !== this.now.marker) this.#keep(role, after)
      if (isChanged) {
        this.before = this.now
        this.versions.push(after)
      }
      this.now = after
    }
    return { answer, performed, marker }
  }

  #keep(role: Role, after: Shot): void {
    const same = [...after.values].flatMap(([place, value]) => (this.now.values.get(place) === value ? [place] : []))
    const known = this.kept.get(role)
    this.kept.set(role, new Set(known ? same.filter((place) => known.has(place)) : same))
  }

  /** Holds what is stored against what should be. @throws Stop where a write that was refused took effect */
  async prove(): Promise<void> {
    if (!this.#refused) return
    const after = await this.subject.read(this.item)
    const isOther = this.subject.unseen.size ? !isDeepStrictEqual(after.values, this.now.values) : after.marker !== this.now.marker
    if (!after.answer.ok || isOther)
      throw new Stop(
        `a write that was refused took effect (${this.subject.call('read')} → ${after.answer.status}); what rests on it is not written`,
      )
    this.#refused = false
    this.now = after
  }

  /** A write with the current version was performed: so what was refused before did not make another one. */
  assured(): void {
    this.#refused = false
  }

  /** The present date of the item: writes seldom tell it. */
  async date(): Promise<number | undefined> {
    if (this.versions[0]!.answer.header('last-modified') === undefined) return undefined
    if (this.now.answer.header('last-modified') === undefined) {
      this.#refused = true
      await this.prove()
    }
    return parseHttpDate(this.now.answer.header('last-modified') ?? '')
  }
}

/** Does one show another version than the other, as far as both show it? A date is told by reads alone. */
function isOther(one: Shot, other: Shot): boolean {
  const shown = ({ values }: Shot): [string, string | number][] => [...values].filter(([place]) => !isDate(place)).toSorted()
  const dates = [one, other].flatMap((shot) => [...shot.values].flatMap(([place, value]) => (isDate(place) ? [value] : [])))
  return !isDeepStrictEqual(shown(one), shown(other)) || (dates.length === 2 && dates[0] !== dates[1])
}

function isDate(place: string): boolean {
  return place.toLowerCase() === '$response.header.last-modified'
}
