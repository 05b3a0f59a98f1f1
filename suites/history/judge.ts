import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { chain } from './chain.ts'
import { finding } from './finding.ts'
import { wrongWhateverTheOrder } from './graph.ts'
import { promises, type Findings, type History, type Promises } from './history.ts'
import { explainable } from './search.ts'
import { smallest } from './shrink.ts'
import { absent, type Step, versionsOf, type Versions } from './versions.ts'
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

/** All who sent the current token were refused, and nobody can have replaced it: not before one came who wrote when all had ended, if anybody did. */
function noWinner({ writes, start, behind }: Versions): RaceFinding[] {
  const refused = writes.filter(({ outcome }) => outcome === 'refused')
  const ended = refused.reduce((latest, { end }) => Math.max(latest, end), -Infinity)
  const [later, ...more] = writes.filter(({ outcome }) => outcome !== 'refused')
  const isAlone = later?.outcome === 'done' && later.role !== 'delete' && later.basis === start && later.call > ended
  if (behind || (later && !isAlone) || more.length > 0) return []
  const right = refused.filter((step) => (step.role === 'create' ? start === absent : step.basis === start))
  if (right.length === 0) return []
  const who = right.length === 1 ? 'the only writer' : `all ${right.length} writers`
  const fact = later ? `${later.operation.writer} wrote with it when all had ended` : 'nothing else was written'
  const words = `${who} with the current state in hand ${right.length === 1 ? 'was' : 'were'} refused, and ${fact}`
  return [finding('no-winner', words, evidenceOf(right, later), 'warn')]
}

function evidenceOf(refused: readonly Step[], later: Step | undefined): RaceOperation[] {
  return [...refused, ...(later ? [later] : [])].map(({ operation }) => operation)
}

function verdict(findings: RaceFinding[]): Findings {
  const proved = findings.some(({ severity }) => severity === 'fail')
  return { verdict: proved ? 'proved' : findings.length > 0 ? 'doubtful' : 'consistent', findings, reason: null }
}
