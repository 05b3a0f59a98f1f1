import type { Contract, Mechanism, Outcomes, Resource } from '../../spec/index.ts'

/** What a contract promises, a line for each mechanism that promises anything: where it looks, for whom, and how it refuses. */
export function promisesOf(contract: Contract): string[] {
  return [...contract.resources.values()].flatMap((resource) =>
    mechanismsOf(resource)
      .filter(({ line }) => line)
      .map(({ line }) => line!),
  )
}

function mechanismsOf(resource: Resource): { line: string | undefined }[] {
  const line = (mechanism: Mechanism, what: string): { line: string | undefined } => ({
    line: mechanism.for.length
      ? `${resource.name}: ${what} for ${mechanism.for.toSorted().join(', ')}: ${answers(mechanism.outcomes)}`
      : undefined,
  })
  return [
    ...resource.guards.map((guard) =>
      line(guard, `${guard.name}, ${guard.match}${guard.required === 'never' ? '' : `, required ${guard.required}`},`),
    ),
    ...resource.unique.map((unique) => line(unique, `unique ${unique.name}`)),
    ...(resource.idempotency ? [line(resource.idempotency, `key, ${resource.idempotency.onRepeat.join(' or ')},`)] : []),
    ...resource.locks.map((lock) => line(lock, `lock ${lock.name}`)),
    ...resource.rules.map((rule) => line(rule, `${rule.kind} ${rule.name}`)),
    ...(resource.bulk ? [{ line: `${resource.name}: bulk of ${Object.keys(resource.bulk.as).join(', ')}` }] : []),
  ]
}

function answers(outcomes: Outcomes): string {
  return Object.values(outcomes)
    .map(({ name, as, status }) => (as === 'done' ? `${name} done` : `${name} ${status.join('/') || 'as the success'}`))
    .join(', ')
}
