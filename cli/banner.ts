import type { Contract, Operation, Resource } from '../spec/contract.ts'

/** What the mock says when it starts; its last lines, one a node, are for scripts that wait for them. */
export function banner(contract: Contract, { seed, urls }: { seed: string; urls: readonly string[] }): string {
  const { title, apiVersion, dialects, resources, operations } = contract
  const rows = [...resources.values()].map(({ name, ...resource }): [string, string] => [name, paths(resource.operations)])
  const acted = new Set([...resources.values()].flatMap((resource) => [...resource.operations.values()].map((call) => call.operation)))
  const others = operations.filter((operation) => !acted.has(operation) && operation.method !== 'HEAD' && operation.method !== 'OPTIONS')
  if (others.length > 0) rows.push(['(501)', paths(new Map(others.map((operation, at) => [String(at), { operation }])))])
  const width = Math.max(...rows.map(([name]) => name.length))
  return [
    `${title} ${apiVersion}${dialects.length > 0 ? ` (${dialects.join(', ')})` : ''}, seed ${seed}`,
    ...rows.map(([name, text]) => `  ${name.padEnd(width)}  ${text}`),
    ...urls.map((url) => `ifmatch mock is listening on ${url}`),
    '',
  ].join('\n')
}

/** `GET POST /documents · GET PUT DELETE /documents/{id}` */
function paths(calls: ReadonlyMap<string, Pick<ReturnType<Resource['operations']['get']> & {}, 'operation'>>): string {
  const byPath = Map.groupBy(new Set([...calls.values()].map(({ operation }): Operation => operation)), ({ path }) => path)
  return [...byPath].map(([path, found]) => `${found.map(({ method }) => method).join(' ')} ${path}`).join(' · ')
}
