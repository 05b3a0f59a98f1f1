import { LineCounter } from 'yaml'
import type { Race, RaceFinding, RaceOperation, RaceState, Report, Result } from '../../reports/model.ts'
import { ContractError } from '../../spec/contract-error.ts'
import { parseSource } from '../../spec/source.ts'
import { claim } from './claim.ts'
import { type Part, Shape } from './shape.ts'

/**
 * What it takes to run one round again: which check on which resource, how its requests met, and in which order they were sent with what. Items and
 * tokens of that round are gone, so the check makes new ones; the rest is repeated as it was.
 */
export interface Replay {
  check: string
  resource: string | null
  /** The run's seed, and SHA-256 of the contract that it went by. */
  seed: string
  digest: string
  round: number
  delivery: string
  start: RaceState
  /** In the order of their calls; without the reads that looked at what was left. */
  requests: ReplayedRequest[]
  /** What the round proved. */
  proved: Pick<RaceFinding, 'kind' | 'words'>[]
}

/** A request of the round; see `RaceOperation` for its members. */
export type ReplayedRequest = Pick<RaceOperation, 'writer' | 'call' | 'sent' | 'wrote' | 'url'> & { role: 'write' | 'create' | 'delete' }

/** Of this file format; 1 only grows. */
const version = 1

const roles = ['write', 'create', 'delete'] as const
const kinds: readonly RaceFinding['kind'][] = [
  'lost-update',
  'not-carried-out',
  'created-twice',
  'rejected-visible',
  'phantom',
  'same-token',
  'broken-chain',
  'order',
  'refused-current',
  'no-winner',
]

/** The rounds of a run that proved something. */
export function replaysOf({ seed, contract, results }: Pick<Report, 'seed' | 'contract' | 'results'>): Replay[] {
  return results.flatMap(({ check, resource, race }: Result) => {
    const round = race?.shown
    if (!round?.findings.some(({ severity }) => severity === 'fail')) return []
    const requests = round.operations.flatMap(({ role, writer, call, sent, wrote, url }) =>
      // what is left of an earlier round was called before this one
      role === 'read' || call < 0 ? [] : [{ writer, role, call, sent, wrote, ...(url !== undefined && { url }) }],
    )
    const proved = round.findings.map(({ kind, words }) => ({ kind, words }))
    const { number, delivery, start } = round
    return [{ check, resource, seed, digest: contract.digest, round: number, delivery, start, requests, proved }]
  })
}

/** A replay file: JSON that says what it is and which version of the format it has. */
export function written(replay: Replay): string {
  return `${JSON.stringify({ ifmatch: 'replay', version, ...replay }, null, 2)}\n`
}

/**
 * Reads a replay file, or the JSON report of a run: of that every round that proved something.
 *
 * @param file as messages name it
 * @param deliveries the ways that requests can be made to meet
 * @throws ContractError with every place that is wrong, what stands there and what could
 */
export function readReplay(text: string, file: string, deliveries: readonly string[]): Replay[] {
  const report = reportIn(text)
  if (report !== undefined) {
    const replays = replaysOf(report)
    if (replays.length === 0) throw unfit(file, 'this report has no race that proved anything: there is nothing to repeat')
    return replays
  }
  const { value } = parseSource(text, { name: file, file, kind: 'contract', lines: new LineCounter() })
  const root = value as Part
  if (value === null || typeof value !== 'object' || root['ifmatch'] !== 'replay')
    throw unfit(file, 'this is neither a replay file nor the JSON report of a run (--report json=FILE)')
  if (root['version'] !== version)
    throw unfit(file, `the file has version ${JSON.stringify(root['version'])} of the format; this ifmatch reads version ${version}`)
  const shape = new Shape()
  const start = shape.map(root, 'start')
  const replay: Replay = {
    check: shape.text(root, 'check'),
    resource: shape.textOrNull(root, 'resource'),
    seed: shape.text(root, 'seed'),
    digest: shape.text(root, 'digest'),
    round: shape.number(root, 'round', 1),
    delivery: shape.oneOf(root, 'delivery', deliveries),
    start: { exists: shape.truth(start, 'exists'), value: shape.textOrNull(start, 'value'), token: shape.textOrNull(start, 'token') },
    requests: shape.maps(root, 'requests', 2).map((each) => request(shape, each)),
    proved: shape.maps(root, 'proved', 1).map((each) => ({ kind: shape.oneOf(each, 'kind', kinds), words: shape.text(each, 'words') })),
  }
  shape.check()
  return [replay]
}

/** The report, if the text is one; it may be long, so nobody remembers where its parts stood. */
function reportIn(text: string): Report | undefined {
  try {
    const value = JSON.parse(text) as Partial<Report> | null
    return Array.isArray(value?.results) && value.contract !== undefined ? (value as Report) : undefined
  } catch {
    return undefined
  }
}

function unfit(file: string, message: string): ContractError {
  return new ContractError([{ file, line: 1, column: 1, value: '', expected: 'a replay file', message }])
}

function request(shape: Shape, of: Part): ReplayedRequest {
  return {
    writer: shape.text(of, 'writer'),
    role: shape.oneOf(of, 'role', roles),
    call: shape.number(of, 'call', 0),
    sent: shape.textOrNull(of, 'sent'),
    wrote: shape.textOrNull(of, 'wrote'),
    ...(of['url'] !== undefined && { url: shape.text(of, 'url') }),
  }
}

/** Did the race show it again? The sentence that ends a replay. */
export function repeated(
  { proved, round }: Pick<Replay, 'proved' | 'round'>,
  { rounds, losses, shown }: Race,
): { reproduced: boolean; words: string } {
  const again = shown?.findings.filter(({ severity }) => severity === 'fail') ?? []
  if (losses > 0 && again.length > 0) {
    const same = again.find(({ kind }) => proved.some((before) => before.kind === kind))
    const what = same === undefined ? `another finding than in round ${round} of the first run` : 'reproduced'
    return { reproduced: same !== undefined, words: `${what}, in round ${shown!.number}: ${(same ?? again[0]!).words}` }
  }
  return { reproduced: false, words: `not reproduced: ${claim(rounds, 0)}` }
}
