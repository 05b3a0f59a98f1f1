import type { Leftover } from '../../reports/model.ts'
import type { ResourceFindings } from '../../spec/candidates/finding.ts'
import { merged } from '../../spec/candidates/merge.ts'
import { suggest } from '../../spec/candidates/suggest.ts'
import type { Contract, Role } from '../../spec/contract.ts'
import { Session } from '../kit/session.ts'
import type { TargetConfig } from '../target.ts'
import { probeResource } from './probe.ts'

export { readExample } from './example.ts'
export { planOf } from './plan.ts'
export { documentOf, sampleFrom, sketchOf } from './sketch.ts'

/** What became of a probe. */
export interface Probed {
  resources: ResourceFindings[]
  /** By resource: roles that the target does not have. */
  absent: Map<string, Role[]>
  /** All that were sent. */
  requests: number
  /** By resource: requests, those that cleaned up left out. */
  sent: Map<string, number>
  /** What could not be deleted again. */
  leftovers: Leftover[]
}

/**
 * Probes the resources of a contract that promises nothing, one after the other, one request at a time.
 * @param only names of resources; undefined: all that have a create
 * @param tell gets a line for each resource
 */
export async function probe(
  config: TargetConfig,
  bare: Contract,
  options: { only?: readonly string[] | undefined; signal: AbortSignal; tell?: (line: string) => void },
): Promise<Probed> {
  const session = new Session({ ...config, limits: { ...config.limits, concurrency: 1 }, loaded: bare })
  const result: Probed = {
    resources: [],
    absent: new Map(),
    requests: 0,
    sent: new Map(),
    leftovers: session.leftovers,
  }
  try {
    for (const suggested of suggest(bare)) {
      const resource = bare.resources.get(suggested.name)!
      if ((options.only && !options.only.includes(suggested.name)) || options.signal.aborted) {
        result.resources.push(suggested)
        continue
      }
      const settled = await probeResource(session, resource, { signal: options.signal })
      result.requests += settled.requests + settled.cleaning
      result.sent.set(resource.name, settled.requests)
      result.absent.set(resource.name, settled.absent)
      result.resources.push(merged(suggested, settled))
      options.tell?.(
        `${resource.name}: ${settled.requests} requests and ${settled.cleaning} to clean up, ${settled.findings.length} things settled`,
      )
    }
  } finally {
    await session.close()
  }
  return result
}
