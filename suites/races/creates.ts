import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import type { Outcomes } from '../../spec/contract.ts'
import type { Kit } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import type { Met } from '../kit/session.ts'
import { names } from './names.ts'
import { Record } from './record.ts'
import type { Played, Round } from './rounds.ts'

/** Creates that meet and of which one may have an effect. */
export interface Creates {
  requests: readonly Request[]
  /** What they have in common, after "made an item": `with the value "x"`. */
  common: string
  outcomes: Outcomes
  /** A text that only what they made shows. */
  trace: string | undefined
  /** One more of them, to be sent when all were answered. */
  control?: () => Promise<Request>
}

/**
 * Lets creates meet. More than one item is proved by answers that speak of different ones, or by the collection, whatever was answered:
 * a success that gives back what another made is none of its own.
 */
export async function createAtOnce(kit: Kit, { meet }: Round, { requests, common, outcomes, trace, control }: Creates): Promise<Played> {
  const { operations } = kit.resource.spec
  const reads = operations.has('list') ? 'list' : 'read'
  // a run before this one, from the same seed, may have left something
  const before = await countOf(kit, requests[0]!, trace)
  const record = new Record(kit.target.urls)
  const met = await meet(requests, await kit.resource.request(reads, { purpose: 'read the collection' }))
  const ids = new Map<Met, string>()
  for (const one of met) {
    record.met(one, { role: 'create', wrote: one.request.marker, outcomes })
    const item = one.answer?.ok ? await kit.resource.found(one.answer) : undefined
    if (item) ids.set(one, item.id)
  }
  const made = new Map([...ids].map(([one, id]) => [record.of(one).id, id]))
  // a success that does not tell what it made proves nothing
  const told = record.operations.map((operation): RaceOperation =>
    operation.outcome === 'done' && !made.has(operation.id) ? { ...operation, outcome: 'unknown' } : operation,
  )
  const history = { start: { exists: false, value: null, token: null }, operations: told }
  const findings = findingsOf(told, made, common)
  const after = findings.length === 0 && before !== undefined ? await countOf(kit, requests[0]!, trace) : undefined
  if (after !== undefined && after - before! > 1) findings.push(countedTwice(told, after - before!, common))
  // one item, and an answer to everybody: a loser who is told of an error of the server lost all the same
  const tells = after === before! + 1 && told.every(({ status }) => status !== null)
  if (findings.length === 0 && control) findings.push(...(await overwritten(kit, told, control, common)))
  if (findings.length > 0 || record.operations.some(({ outcome }) => outcome !== 'refused')) return { history, findings, tells }
  return nobody(kit, requests[0]!, told, common)
}

/** All were refused: one that comes alone tells whether anything else stood in their way, such as credentials or what an earlier run has left. */
async function nobody(kit: Kit, request: Request, operations: RaceOperation[], common: string): Promise<Played> {
  const history = { start: { exists: false, value: null, token: null }, operations }
  const alone = await kit.send({ ...request, purpose: 'the same alone, after all were refused' })
  if (!alone.ok) return { history, silent: `all creates were refused, and so is one that comes alone: it is answered ${alone.shown}` }
  const words = `none of ${operations.length} made an item ${common}, but one that came alone afterwards did`
  return { history, findings: [{ kind: 'no-winner', severity: 'warn', words, operations: operations.map(({ id }) => id) }] }
}

/** Several are told that they made one and the same item: wrong only where one who comes later is refused. */
async function overwritten(kit: Kit, operations: RaceOperation[], control: () => Promise<Request>, common: string): Promise<RaceFinding[]> {
  const winners = operations.filter(({ outcome }) => outcome === 'done')
  if (winners.length < 2) return []
  const late = await kit.send({ ...(await control()), purpose: 'the same after all were answered' })
  if (late.ok || late.status >= 500) return []
  const words = `${names(winners)} were all told that they made an item ${common}; one who comes later is refused (${late.status})`
  return [{ kind: 'created-twice', severity: 'fail', words, operations: winners.map(({ id }) => id) }]
}

function findingsOf(operations: RaceOperation[], made: Map<number, string>, common: string): RaceFinding[] {
  const done = operations.filter(({ outcome }) => outcome === 'done')
  const winners = done.filter(({ id }, at) => done.findIndex((other) => made.get(other.id) === made.get(id)) === at)
  const ids = winners.map(({ id }) => made.get(id))
  if (winners.length > 1) {
    const words = `${names(winners)} each made an item ${common}: ${ids.join(', ')}`
    return [{ kind: 'created-twice', severity: 'fail', words, operations: winners.map(({ id }) => id) }]
  }
  return []
}

function countedTwice(operations: RaceOperation[], more: number, common: string): RaceFinding {
  const words = `the collection has ${more} more items ${common} than before`
  return { kind: 'created-twice', severity: 'fail', words, operations: operations.map(({ id }) => id) }
}

/** How many items show the text; undefined where the collection does not tell. */
async function countOf(kit: Kit, of: Request, trace: string | undefined): Promise<number | undefined> {
  if (trace === undefined || !kit.resource.spec.operations.has('list')) return undefined
  const { items, answer } = await kit.resource.list({ of, purpose: 'count what there is' })
  return answer.ok ? items.filter((item) => JSON.stringify(item).includes(trace)).length : undefined
}
