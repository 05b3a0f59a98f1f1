import type { Plan, PlannedCheck } from '../reports/plan.ts'
import type { Check } from '../suites/index.ts'
import type * as kit from '../suites/kit/session.ts'
import { racingOf, type Target } from '../suites/target.ts'
import type { Selection } from './selection.ts'

/** So many checks are counted at once. */
const atOnce = 8

/**
 * What a run would send, counted: each check is carried out on a mock of the contract in this process, with none of the target's
 * credentials. Nothing is sent to the target.
 */
export async function planOf(target: Target, { checks, leaveOut }: Selection, signal: AbortSignal): Promise<Plan> {
  const [{ createMock }, { casesOf }, { notApplicable }, { runCase }, { Session }, { loadContract }] = await Promise.all([
    import('../mock/index.ts'),
    import('../suites/kit/cases.ts'),
    import('../suites/kit/blank.ts'),
    import('../suites/kit/run.ts'),
    import('../suites/kit/session.ts'),
    import('../spec/index.ts'),
  ])
  // a contract of its own, in which nobody has to say who they are unless the document itself names callers
  const loaded = await loadContract(target.contract, { overlays: target.overlays, dialects: target.dialects })
  const callers = [...loaded.securitySchemes.values()].flatMap((scheme) => Object.values(scheme['x-ifmatch-identities'] ?? {}))
  if (callers.length === 0) for (const operation of loaded.operations) operation.security = []
  const [a, b] = callers.map((caller) => ({ headers: [['Authorization', `Bearer ${String(caller)}`] as [string, string]], query: [] }))
  const mock = await createMock(loaded, { seed: target.seed }).listen({ port: 0 })
  const stand: Target = {
    ...target,
    loaded,
    urls: [mock.url],
    headers: [],
    query: [],
    identities: { ...(target.identities.a && { a: a ?? nobody }), ...(target.identities.b && { b: b ?? nobody }) },
    limits: { ...target.limits, rate: undefined, requests: undefined },
    // as long as on the target, which is not on this machine
    races: racingOf(target),
    tls: undefined,
    items: {},
    ledger: undefined,
    secrets: [],
  }
  if (callers.length > 0) Object.assign(stand, { headers: a!.headers })
  // learnt and made once in a run, whichever check comes first
  const volatile: kit.Session['volatile'] = new Map()
  const brought: kit.Session['brought'] = new Map()
  const planned: PlannedCheck[] = []
  const skipped: Plan['skipped'] = []
  const count = async (check: Check): Promise<void> => {
    const { cases, reasons } = casesOf(check, stand)
    const left = leaveOut[check.id]
    if (left !== undefined || cases.length === 0) {
      skipped.push({ check: check.id, reason: left === undefined ? notApplicable(check, reasons).reason! : `left out: ${left}` })
      return
    }
    for (const one of cases) {
      const session = new Session(stand)
      for (const [name, members] of volatile) session.volatile.set(name, members)
      for (const [key, found] of brought) session.brought.set(key, found)
      try {
        const { verdict, reason } = await runCase(check, one, session, { signal })
        for (const [name, members] of session.volatile) volatile.set(name, members)
        for (const [key, found] of session.brought) brought.set(key, found)
        const whole = verdict === 'pass' || verdict === 'info'
        if (verdict === 'skip' && session.requests.size === 0) skipped.push({ check: check.id, reason: reason! })
        else planned.push({ check: check.id, resource: one.resource.name, requests: Object.fromEntries(session.requests), whole })
      } finally {
        // what others share is still looked at; it goes with the mock
        session.atEnd.length = 0
        await session.close()
      }
    }
  }
  try {
    const queue = [...checks]
    const work = async (): Promise<void> => {
      for (let check = queue.shift(); check && !signal.aborted; check = queue.shift()) await count(check)
    }
    await Promise.all(Array.from({ length: atOnce }, work))
  } finally {
    await mock.close()
  }
  const place = new Map(checks.map(({ id }, at) => [id, at]))
  const inOrder = <T extends { check: string }>(list: T[]): T[] =>
    list.toSorted((one, other) => place.get(one.check)! - place.get(other.check)!)
  const { name, urls, limits } = target
  return { target: { name, urls }, limits, readOnly: target.readOnly, planned: inOrder(planned), skipped: inOrder(skipped) }
}

const nobody = { headers: [], query: [] }
