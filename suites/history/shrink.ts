import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { deed, finding } from './finding.ts'
import type { Promises } from './history.ts'
import { explainable } from './search.ts'
import { absent, told, type Step, type Versions } from './versions.ts'

/** States that one step of shrinking may visit. */
const mostStates = 5000

/**
 * Finds the smallest part of an unexplainable history that is unexplainable by itself: one operation after another is taken back, so that a write only
 * may have happened and a read says nothing; what cannot be taken back is the proof.
 */
export function smallest(steps: readonly Step[], versions: Versions, promised: Promises): RaceFinding {
  const operations = [...new Set(steps.map(({ operation }) => operation))].toSorted((a, b) => b.call - a.call)
  let kept = [...steps]
  const proof = operations.filter((operation) => {
    const weaker = kept.flatMap((step) => (step.operation === operation ? takenBack(step) : [step]))
    if (explainable(weaker, versions, promised, mostStates) !== false) return true
    kept = weaker
    return false
  })
  const core = kept.filter(({ operation, outcome }) => proof.includes(operation) && outcome !== 'unknown')
  return named(core, proof, versions)
}

function takenBack(step: Step): Step[] {
  return step.role === 'read' || step.outcome === 'refused' ? [] : [{ ...step, outcome: 'unknown', end: Infinity }]
}

/** Names what the smallest part shows. */
function named(core: readonly Step[], proof: readonly RaceOperation[], versions: Versions): RaceFinding {
  const reads = core.filter(({ role }) => role === 'read')
  const wins = core.filter(({ role, outcome }) => role !== 'read' && outcome === 'done')
  const refused = core.find(({ outcome }) => outcome === 'refused')
  const deeds = wins.map(({ operation }) => deed(operation)).join(', ')
  if (refused !== undefined)
    return finding(
      'refused-current',
      `${deed(refused.operation)} was refused (${refused.operation.status}) although nothing stood in its way`,
      proof,
    )
  if (reads.length === 0) {
    const creates = wins.filter(({ role }) => role === 'create').length
    if (creates > (versions.start === absent ? 1 : 0))
      return finding('created-twice', `${deeds} all succeeded, which no order of them allows`, proof)
    return finding('lost-update', `${deeds} all succeeded, and each rests on a version that another had replaced`, proof)
  }
  const gone = wins.find((win) => !versions.reads.some((step) => step.next === win.next && step.end >= win.call))
  const last = reads.find(({ operation }) => operation.settled === true)
  if (gone !== undefined && (last !== undefined || wins.length === 1)) {
    const { writer } = (last ?? reads[0]!).operation
    return finding(
      'not-carried-out',
      `${deed(gone.operation)} was acknowledged (${gone.operation.status}), but ${writer} found it not done`,
      proof,
    )
  }
  const seen = reads.map(({ operation, next }) => `${operation.writer} saw ${told(versions, next)}`)
  return finding(
    'order',
    `no order explains that ${[...seen, ...wins.map(({ operation }) => `${deed(operation)} succeeded`)].join(', ')}`,
    proof,
  )
}
