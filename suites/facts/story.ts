import { isSafe } from '../../http/methods.ts'
import { readPointer } from '../../http/pointer.ts'
import type { Json, Resource } from '../../spec/contract.ts'
import { readPlaces } from '../../spec/places.ts'
import type { Answer } from '../kit/answer.ts'
import type { Snapshot, TokenValue } from '../kit/kit.ts'
import type { Identity } from '../kit/request.ts'
import type { Scene } from '../kit/scene.ts'
import { snapshotOf } from '../kit/snapshot.ts'
import { isUpdate, placesSent, tokenIn } from '../kit/token.ts'
import { isMap } from '../kit/volatile.ts'
import { sendPointer } from '../kit/whole.ts'

/** An answer, and when its request went out and it was there: milliseconds of one monotonic clock. */
export interface Timed {
  answer: Answer
  sent: number
  ended: number
}

/** One request of a story. */
export interface Step extends Timed {
  /** What it showed, if it read the whole item in its usual form and got it. */
  read: Snapshot | undefined
}

/** What one check did to one item and what came of it, in order. */
export interface Story {
  resource: Resource
  /** Who created it; undefined: the check did not. */
  owner: Identity | undefined
  steps: Step[]
  /** Members that differ between two reads with nothing between them. */
  volatile: ReadonlySet<string>
}

/** The stories of the items of one check. An item is left out where requests for it were under way at once: what followed what is not known. */
export function storiesOf(scene: Scene): Story[] {
  const { resources } = scene.session.target.loaded
  const stories = new Map<string, Story>()
  for (const timed of scene.unordered ? [] : scene.answered) {
    const { request } = timed.answer
    const resource = resources.get(request.resource)
    if (!resource) continue
    const made = scene.items.find(({ created }) => created === timed.answer)
    if (made || isOfItem(resource, timed)) {
      const key = JSON.stringify([resource.name, Object.entries(made?.path ?? request.path).toSorted()])
      const story = stories.get(key) ?? { resource, owner: undefined, steps: [], volatile: scene.volatile }
      stories.set(key, story)
      story.owner ??= made?.owner
      story.steps.push({ ...timed, read: isWhole(resource, timed) ? snapshotOf(scene, resource, timed.answer) : undefined })
    } else if (mayChange(timed) && request.role !== 'create') {
      // an action, many items at once: whom it changed is not known
      for (const story of stories.values()) story.steps.push({ ...timed, read: undefined })
    }
  }
  return [...stories.values()].filter(({ steps }) => steps.every(({ sent }, at) => at === 0 || sent >= steps[at - 1]!.ended - clock))
}

/** Milliseconds by which the times of an exchange are rounded. */
const clock = 0.2

/** Is it about one item, by its own URL? */
function isOfItem({ operations }: Resource, { answer: { request } }: Timed): boolean {
  return ['read', 'replace', 'patch', 'delete'].includes(request.role) || request.operation === operations.get('replace')?.operation
}

/** Fields that ask for something else than the usual representation of what is there. */
const special = /^(?:if-.*|range|accept-encoding|accept-language|prefer)$/i

function isWhole({ operations }: Resource, { answer: { request, status } }: Timed): boolean {
  const usual = operations.get('read')?.operation.method
  return request.role === 'read' && request.method === usual && status === 200 && !request.headers.some(([name]) => special.test(name))
}

/** May it have changed the item? */
export function mayChange({ answer }: Timed): boolean {
  return !isSafe(answer.request.method)
}

/** Is it a replacement or a patch that was performed? */
export function isWritten(timed: Timed): boolean {
  const { answer } = timed
  return mayChange(timed) && ['replace', 'patch'].includes(answer.request.role) && answer.ok && answer.status !== 202
}

/** The members that a request sends of the item; undefined: it sends no map. */
export function membersSent(resource: Resource, { request }: Answer): { [name: string]: Json } | undefined {
  const sent = readPointer(request.body, sendPointer(resource)) as Json | undefined
  return isMap(sent) ? sent : undefined
}

/** The version that an answer tells: the contract's token, else the ETag. */
export function versionOf({ token }: Resource, answer: Answer): TokenValue | undefined {
  return token ? tokenIn(answer, token) : answer.header('etag')
}

/** Does a write say nothing of the version that it is for? */
export function saysNoVersion({ guards }: Resource, { request }: Answer): boolean {
  if (request.headers.some(([name]) => /^if-/i.test(name))) return false
  return guards.filter(isUpdate).every((guard) => placesSent(guard).every((place) => readPlaces([place], request) === undefined))
}
