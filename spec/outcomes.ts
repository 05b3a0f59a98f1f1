import { type Json, type Outcome, type OutcomeName, type Outcomes, type Reveal, refusals } from './contract.ts'
import { layerOutcomes } from './layers.ts'
import { isTree, type Tree } from './tree.ts'
import { markOf } from './marks.ts'
import type { Problems } from './problems.ts'
import type { Reader } from './reader.ts'

/** What each of the mechanisms may end in; any of them in `done`. */
export const endings: Record<'guard' | 'unique' | 'idempotency' | 'lock' | 'rule', readonly OutcomeName[]> = {
  guard: ['stale', 'missing', 'malformed', 'partial', 'disagree', 'absent', 'exists', 'contended', 'unchanged'],
  unique: ['duplicate', 'repeated'],
  idempotency: ['repeated', 'keyMissing', 'keyMalformed', 'keyReused', 'keyInFlight', 'keyDuplicate', 'keyFailedBefore', 'keyExpired'],
  lock: ['locked', 'lockLost', 'exists'],
  rule: ['blocked'],
}

const names: readonly OutcomeName[] = [...refusals, 'done']

/** Statuses may be left out where the request takes effect, or its effect is told again. */
const needNoStatus: readonly OutcomeName[] = ['repeated', 'done']

/**
 * The outcomes of one mechanism after the look-up: its own words over those of its resource (which lie over the root and the
 * dialects). Names of other outcomes are followed; what is taken out (`false`) or found nowhere is not promised.
 *
 * @param wanted the outcomes that it may end in; undefined: all
 */
export function resolveOutcomes(
  resource: unknown,
  own: unknown,
  wanted: readonly OutcomeName[] | undefined,
  pointer: string,
  reader: Reader,
  problems: Problems,
): { outcomes: Outcomes; tree: Tree } {
  const tree = layerOutcomes(isTree(resource) ? resource : {}, isTree(own) ? own : {})
  const outcomes: Outcomes = {}
  for (const name of wanted ? [...wanted, 'done' as const] : names) {
    const outcome = resolve(name, tree, pointer, reader, problems)
    if (outcome) outcomes[name] = outcome
  }
  return { outcomes, tree }
}

function resolve(name: OutcomeName, tree: Tree, pointer: string, reader: Reader, problems: Problems): Outcome | undefined {
  let as = name
  const chain: OutcomeName[] = [name]
  let said = tree[as]
  while (typeof said === 'string') {
    const next = said as OutcomeName
    if (chain.includes(next)) {
      const circle = chain.slice(chain.indexOf(next))
      if (name === circle.toSorted()[0])
        problems.error(
          markOf(tree, as),
          `the outcomes ${[...circle, next].join(' → ')} name each other in a circle; say a status for one of them`,
          next,
          'an outcome with a status',
        )
      return undefined
    }
    chain.push(next)
    as = next
    said = tree[as]
  }
  const base = { name, as, pointer: `${pointer}/outcomes/${name}` }
  const nothing = {
    status: [],
    mediaType: undefined,
    where: [],
    reveal: {},
    revealParts: {},
    headers: {},
    body: undefined,
    retry: undefined,
  }
  if (!isTree(said)) {
    if (as !== name && as === 'done') return { ...base, ...nothing }
    if (as !== name && said === undefined)
      problems.error(
        markOf(tree, chain.at(-2)!),
        `${chain.at(-2)} is said to be like ${as}, but nothing says what ${as} is; say its status`,
        as,
        'an outcome that is described',
      )
    return undefined
  }
  const status = [said['status'] ?? []].flat() as number[]
  if (!status.length && !needNoStatus.includes(as))
    problems.error(
      markOf(tree, as),
      `the outcome ${as} has no status, here or in anything that this extends; say which status it is answered with`,
      '',
      `${as}: { status: … }`,
    )
  const reveal: Outcome['reveal'] = {}
  const revealParts: Outcome['revealParts'] = {}
  for (const [key, told] of isTree(said['reveal']) ? Object.entries(said['reveal']) : []) {
    if (told === false || key.startsWith('x-')) continue
    const parts = reader.parts(said['reveal'] as Tree, key)
    if (parts) revealParts[key as Reveal] = parts
    else reveal[key as Reveal] = reader.places(said['reveal'] as Tree, key, true)
  }
  return {
    ...base,
    status,
    mediaType: said['mediaType'] as string | undefined,
    where: reader.facts(said, 'where'),
    reveal,
    revealParts,
    headers: (said['headers'] ?? {}) as Record<string, string>,
    body: said['body'] as Json | undefined,
    retry: said['retry'] as Outcome['retry'],
  }
}
