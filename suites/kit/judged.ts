import type { Level, Severity, Verdict } from '../../reports/model.ts'
import { milder, overrulingOf } from './overruled.ts'
import type { Scene } from './scene.ts'
import { Blocked, Finding, Inconclusive, Skip } from './verdict.ts'

/** What came of a check on a resource. */
export interface Judged {
  verdict: Verdict
  reason: string | null
  expected: string | null
  seen: string | null
  /** Where it is not that of the check. */
  level?: Level | undefined
}

/** A check that came to its end. */
export function concluded(scene: Scene): Judged {
  const nothing = { expected: null, seen: null }
  if (scene.proved === 0) return { verdict: 'inconclusive', reason: 'internal: proved nothing', ...nothing }
  if (!scene.bound.promised)
    return { verdict: 'info', reason: `not promised (${scene.bound.doubt}), but so it is: ${scene.check.title}`, ...nothing }
  if (scene.notes.length) return { verdict: 'info', reason: scene.notes.join('; '), ...nothing }
  return { verdict: 'pass', reason: null, ...nothing }
}

/** A check that ended early. */
export function judged(error: unknown, scene: Scene): Judged {
  const { promised, doubt } = scene.bound
  if (error instanceof Finding) {
    const { expected, seen, message } = error
    if (promised) return { verdict: severityOf(error, scene), reason: message, expected, seen, level: error.level }
    return { verdict: 'info', reason: `not promised (${doubt}); seen: ${message}, ${seen}`, expected, seen }
  }
  const nothing = { expected: null, seen: null }
  if (error instanceof Blocked) {
    // a check does not wait for itself: where it is the one that asks, it proves so by its own means
    if (error.by === scene.check.id)
      return { verdict: promised ? scene.check.severity : 'info', reason: error.missing, expected: scene.check.title, seen: error.missing }
    return { verdict: 'skip', reason: promised ? error.message : `not promised (${doubt}): ${error.missing}`, ...nothing }
  }
  if (error instanceof Skip) return { verdict: 'skip', reason: error.message, ...nothing }
  if (error instanceof Inconclusive) return { verdict: 'inconclusive', reason: error.message, ...nothing }
  if (scene.signal.aborted) return { verdict: 'inconclusive', reason: 'interrupted', ...nothing }
  return { verdict: 'inconclusive', reason: `internal: ${error instanceof Error ? error.message : String(error)}`, ...nothing }
}

/** That of the finding, else of the check; what the contract overrules is never worth more than it says. */
function severityOf({ severity }: Finding, { check, resource }: Scene): Severity {
  if (severity === undefined) return check.severity
  return overrulingOf(check, resource) ? milder(severity, check.severity) : severity
}
