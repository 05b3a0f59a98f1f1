import { Answer } from './answer.ts'
import type { ItemState } from './item-state.ts'
import type { Open } from './ledger.ts'
import type { Request } from './request.ts'
import type { Scene } from './scene.ts'

/** An item of which only the address is known. Undefined where that is not whole, or the contract has no such resource. */
export function itemAt(
  scene: Scene,
  {
    resource: name,
    path,
    as,
    unique,
    token,
  }: Pick<Open, 'resource' | 'path' | 'as'> & { unique?: string | undefined; token: ItemState['last']['token'] },
): ItemState | undefined {
  const resource = scene.session.target.loaded.resources.get(name)
  if (!resource || resource.parameters.length === 0 || resource.parameters.some((parameter) => path[parameter] === undefined))
    return undefined
  const own = Object.fromEntries(resource.parameters.map((parameter) => [parameter, path[parameter]!]))
  const { operation } = resource.operations.get('delete') ?? resource.operations.values().next().value!
  const request: Request = {
    purpose: '',
    role: 'delete',
    operation,
    method: operation.method,
    path: own,
    query: [],
    headers: [],
    body: undefined,
    as,
    resource: name,
  }
  const answer = new Answer(
    request,
    { purpose: '', request: { method: '', url: '', headers: [], body: null }, response: null, error: null, started: '', ms: 0 },
    0,
    [],
    '',
  )
  return {
    resource,
    path: own,
    id: own[resource.parameters.at(-1)!]!,
    owner: as,
    created: answer,
    sent: undefined,
    last: { answer, exists: true, token, payload: undefined, marker: undefined },
    dirty: true,
    gone: false,
    seen: true,
    shows: undefined,
    lock: undefined,
    unique: unique ?? scene.wordsFor(resource).word(),
  }
}
