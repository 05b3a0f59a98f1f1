import type { RaceFinding } from '../../reports/model.ts'
import { chain } from './chain.ts'
import { finding } from './finding.ts'
import { wrongWhateverTheOrder } from './graph.ts'
import { promises, type Findings, type History, type Promises } from './history.ts'
import { explainable } from './search.ts'
import { smallest } from './shrink.ts'
import { absent, versionsOf, type Versions } from './versions.ts'
import { zones } from './zones.ts'

/**
 * Decides what a history proves, whatever the network did with the requests. First what is wrong in any order; then whether there is an order that
 * explains it: by the chain of versions, by zones, or by a bounded search where neither applies.
 *
 * Throws a RangeError for a history that contradicts itself (a bug of who recorded it).
 */
export function judge(history: History, promised: Promises = promises): Findings {
  const versions = versionsOf(history, promised)
  const certain = wrongWhateverTheOrder(versions, promised)
  if (certain.length > 0) return verdict(certain)
  const order = inOrder(versions, promised)
  if (order === undefined)
    return {
      verdict: 'inconclusive',
      findings: [],
      reason: 'too many operations at once: no order was found that explains them all, and none was excluded',
    }
  return verdict(order === null ? noWinner(versions) : [order])
}

/** The proof that no order explains the history; null: one does; undefined: it was too much to try. */
function inOrder(versions: Versions, promised: Promises): RaceFinding | null | undefined {
  const quick = promised.tokens === 'unique' ? chain(versions, promised) : undefined
  const known = quick !== undefined ? quick : zones(versions)
  if (known !== undefined) return known
  const counted = versions.writes.filter(({ outcome }) => outcome !== 'refused' || promised.refusals === 'exact')
  const steps = [...versions.reads, ...counted]
  const explained = explainable(steps, versions, promised)
  if (explained === undefined) return undefined
  return explained ? null : smallest(steps, versions, promised)
}

/** All who sent the current token were refused, and nobody can have replaced it. */
function noWinner(versions: Versions): RaceFinding[] {
  const { writes, start, behind } = versions
  if (behind || writes.some(({ outcome }) => outcome !== 'refused')) return []
  const right = writes.filter((step) => (step.role === 'create' ? start === absent : step.basis === start))
  if (right.length === 0) return []
  const who = right.length === 1 ? 'the only writer' : `all ${right.length} writers`
  const words = `${who} with the current state in hand ${right.length === 1 ? 'was' : 'were'} refused, and nothing else was written`
  const operations = right.map(({ operation }) => operation)
  return [finding('no-winner', words, operations, 'warn')]
}

function verdict(findings: RaceFinding[]): Findings {
  const proved = findings.some(({ severity }) => severity === 'fail')
  return { verdict: proved ? 'proved' : findings.length > 0 ? 'doubtful' : 'consistent', findings, reason: null }
}
