import type { Promises } from './history.ts'
import { absent, names, type Step, type Version, type Versions } from './versions.ts'

/** States that one search may visit before it gives up: about a second. */
const mostStates = 30_000

/** Operations that one search takes on. */
const mostSteps = 512

/**
 * Is there any order that explains the history? A depth-first search over orders that respect calls and ends, which remembers what it has tried (Wing
 * and Gong 1993, Lowe 2017). Undefined: too much to try.
 */
export function explainable(
  steps: readonly Step[],
  versions: Versions,
  promised: Promises,
  most: number = mostStates,
): boolean | undefined {
  if (steps.length > mostSteps) return undefined
  const all = steps.toSorted((a, b) => a.call - b.call)
  const taken = new Uint8Array(all.length)
  const tried = new Set<string>()
  const accept = acceptor(versions, promised)

  /** True: explained. False: not from here. Undefined: given up. `low` is the first operation that is not taken. */
  function from(state: Version, first: number): boolean | undefined {
    let low = first
    while (low < all.length && taken[low] === 1) low++
    let soonest = Infinity
    for (let i = low; i < all.length; i++) if (taken[i] === 0) soonest = Math.min(soonest, all[i]!.end)
    if (soonest === Infinity) return true
    const candidates: number[] = []
    for (let i = low; i < all.length && all[i]!.call <= soonest; i++) if (taken[i] === 0) candidates.push(i)
    // What fits and changes nothing may as well come now.
    const still = candidates.find((i) => changesNothing(all[i]!) && accept(state, all[i]!) !== undefined)
    const key = `${low} ${taken.subarray(low).join('')} ${state}`
    if (tried.has(key)) return false
    if (tried.size >= most) return undefined
    tried.add(key)
    for (const i of still === undefined ? candidates : [still]) {
      const next = accept(state, all[i]!)
      if (next === undefined) continue
      taken[i] = 1
      const found = from(next, low)
      taken[i] = 0
      if (found !== false) return found
    }
    return false
  }
  return from(versions.start, 0)
}

function changesNothing({ role, outcome }: Step): boolean {
  return role === 'read' || outcome === 'refused'
}

/** The state after a step that takes effect in a state; undefined: it cannot. */
function acceptor(versions: Versions, promised: Promises): (state: Version, step: Step) => Version | undefined {
  const { named, tagged, makers, unique, restarts } = versions
  const strict = promised.tokens === 'unique' && unique && !restarts
  /** Does a token name the state? Undefined: it may. */
  const holds = (state: Version, token: string): boolean | undefined => {
    if (state === absent) return false
    if (promised.tokens === 'may-repeat') return undefined
    const known = named.get(token)
    if (names(known, state)) return known!.other === undefined ? true : undefined
    if (strict && known !== undefined) return false
    return tagged[state] && (makers[state]?.length ?? 0) <= 1 ? false : undefined
  }
  return (state, { role, outcome, next, operation: { sent } }) => {
    if (role === 'read') return state === next ? state : undefined
    const fits = role === 'create' ? state === absent : sent === null ? true : holds(state, sent)
    if (outcome === 'refused') return fits === true && (role === 'create' || sent !== null) ? undefined : state
    // A change that is in place already may be acknowledged again (RFC 9110 §13.1.1).
    return fits !== false || state === next ? next : undefined
  }
}
