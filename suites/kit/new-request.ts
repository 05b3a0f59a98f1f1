import type { Guard } from '../../spec/contract.ts'
import { writePlace } from '../../spec/places.ts'
import type { Kit } from './kit.ts'
import type { CreateOptions } from './options.ts'
import type { Request } from './request.ts'
import { sendPlace, withoutToken } from './token.ts'

/** A create at a URL that the client chooses, with the value for "must not exist". Skips where clients choose none. */
export async function newRequest(kit: Kit, options: CreateOptions = {}): Promise<Request> {
  const { operations, identity, parameters } = kit.resource.spec
  const put = operations.get('replace')?.operation
  if (put !== undefined && operations.get('create')?.operation === put)
    return newOnly(await kit.resource.request('create', options), kit.guard)
  const chosen = identity.get(parameters.at(-1) ?? '')?.some(({ message, part }) => message === 'request' && part === 'path')
  if (put === undefined || !chosen) kit.skip('clients do not choose the URL of a new item here')
  return newOnly({ ...(await kit.resource.request('replace', options)), role: 'create' }, kit.guard)
}

/** The request with the value for "must not exist", or with nothing where silence means that. */
export function newOnly(request: Request, guard: Guard): Request {
  const { none } = guard
  if (none !== undefined && 'value' in none) return writePlace(sendPlace(guard, request.operation), none.value, request)
  return withoutToken(request, guard)
}
