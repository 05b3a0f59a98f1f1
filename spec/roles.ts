import type { Call, Operation, Role } from './contract.ts'
import type { Pair } from './pairs.ts'

/** Methods that stand for a role, or for nothing that changes an item; any other is an action of its own (`LOCK`, `COPY`). */
const usualMethods = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'MERGE', 'DELETE', 'OPTIONS', 'TRACE', 'QUERY']

/** The six roles that every reader knows; any other name is an action. */
export const standardRoles: readonly Role[] = ['create', 'read', 'list', 'replace', 'patch', 'delete']

/**
 * The roles that the methods on a pair of paths play, and an action for every `POST item/literal` (`POST /orders/{id}/ship`, also
 * `/orders/{id}:ship`) and for every method of its own (`LOCK item` is `lock`). MERGE is what PATCH was called before. A PUT creates too if there is no POST and it documents 201, or there is no collection at all.
 */
export function inferRoles(pair: Pair, operations: readonly Operation[]): Map<Role, Operation> {
  const roles = new Map<Role, Operation>()
  const on = (path: string | undefined, method: string): Operation | undefined =>
    operations.find((operation) => operation.path === path && operation.method === method)
  const add = (role: Role, operation: Operation | undefined): void => void (operation && roles.set(role, operation))
  const put = on(pair.item, 'PUT')
  const post = pair.collection === pair.item ? undefined : on(pair.collection, 'POST')
  const creates = put && (!pair.collection || put.responses.some(({ status }) => status === '201'))
  add('create', post ?? (creates ? put : undefined))
  if (pair.collection !== pair.item) add('list', on(pair.collection, 'GET'))
  add('read', on(pair.item, 'GET') ?? on(pair.item, 'HEAD'))
  add('replace', put)
  add('patch', on(pair.item, 'PATCH') ?? on(pair.item, 'MERGE'))
  add('delete', on(pair.item, 'DELETE'))
  for (const operation of operations)
    if (operation.path === pair.item && !usualMethods.includes(operation.method)) add(operation.method.toLowerCase(), operation)
  if (pair.item !== undefined) {
    for (const operation of operations) {
      const action =
        operation.method === 'POST' && operation.path.startsWith(pair.item)
          ? /^[/:]([\w.~-]+)$/.exec(operation.path.slice(pair.item.length))?.[1]
          : undefined
      const isCollection = operations.some(({ path }) => path.startsWith(`${operation.path}/{`) || path.startsWith(`${operation.path}({`))
      if (action && !isCollection && !standardRoles.includes(action)) add(action, operation)
    }
  }
  return roles
}

/** All roles that share the call of one of these: a PUT that also creates is both, so what holds for one holds for both. */
export function withShared(roles: readonly Role[], operations: ReadonlyMap<Role, Call>): Role[] {
  const same = (a: Call, b: Call): boolean => a.operation === b.operation && JSON.stringify(a.with) === JSON.stringify(b.with)
  const calls = roles.flatMap((role) => operations.get(role) ?? [])
  const shared = [...operations]
    .filter(([role, call]) => !roles.includes(role) && calls.some((other) => same(call, other)))
    .map(([role]) => role)
  return [...roles, ...shared]
}
