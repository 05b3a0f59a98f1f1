import { isDeepStrictEqual } from 'node:util'
import { isSafe } from '../../http/methods.ts'
import type { DeliveryName } from '../delivery/index.ts'
import type { Answer } from './answer.ts'
import type { Fixture } from './fixture.ts'
import { performed } from './item-state.ts'
import { makes } from './made.ts'
import type { Request } from './request.ts'
import type { Scene } from './scene.ts'
import type { Met } from './session.ts'

/** A request that the check made itself: what it creates is tracked, what it may have changed is read again before it is relied on. */
export async function sent(scene: Scene, fixture: Fixture, request: Request): Promise<Answer> {
  if (!isSafe(request.method)) for (const item of scene.items) item.dirty = true
  const answer = await scene.send(request)
  if (answer.ok && makes(request, answer)) await (fixture.other(request.resource) as Fixture).found(answer)
  const item = scene.items.find((one) => one.resource.name === request.resource && isDeepStrictEqual(one.path, request.path))
  if (answer.ok && item) performed(item, request)
  return answer
}

/** The same over a bare connection. */
export async function bare(scene: Scene, request: Request, last: string | undefined): Promise<{ answer: Answer; after: Buffer }> {
  if (!isSafe(request.method)) for (const item of scene.items) item.dirty = true
  const { session, signal, allowance } = scene
  scene.spare(request)
  scene.unordered = true
  return session.bare(request, { last, record: (exchange) => void scene.exchanges.push(exchange), signal, allowance })
}

/** The same for requests that meet others. Who of them was last is not known: nothing is expected of the next read. */
export async function met(
  scene: Scene,
  fixture: Fixture,
  requests: readonly Request[],
  probe: Request,
  delivery: DeliveryName,
): Promise<Met[]> {
  for (const item of scene.items) Object.assign(item, { dirty: true, shows: undefined })
  const all = await scene.meet(requests, probe, delivery)
  for (const { request, answer } of all)
    if (answer?.ok && makes(request, answer)) await (fixture.other(request.resource) as Fixture).found(answer)
  return all
}
