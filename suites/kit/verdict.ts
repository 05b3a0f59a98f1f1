import type { Level, Severity } from '../../reports/model.ts'

/**
 * How a check ends early. Each is thrown; the executor turns it into a verdict. Any other error is our bug: `inconclusive`, `internal: …`.
 */

/** The target breaks the requirement. */
export class Finding extends Error {
  readonly expected: string
  readonly seen: string
  /** Undefined: that of the check. */
  readonly severity: Severity | undefined
  /** What the broken words come from, where it is less than the check's source; undefined: that of the check. */
  readonly level: Level | undefined

  /**
   * @param reason one sentence: what went wrong, in plain words
   * @param expected what a right server does here
   * @param seen what this one did
   */
  constructor(reason: string, expected: string, seen: string, { severity, level }: { severity?: Severity; level?: Level } = {}) {
    super(reason)
    this.name = 'Finding'
    this.expected = expected
    this.seen = seen
    this.severity = severity
    this.level = level
  }
}

/** Something promised is missing, and another check is the one that fails for it. */
export class Blocked extends Error {
  readonly by: string
  readonly missing: string

  /**
   * @param by id of the check that reports the cause
   * @param reason what is missing here
   */
  constructor(by: string, reason: string) {
    super(`blocked by ${by}: ${reason}`)
    this.name = 'Blocked'
    this.by = by
    this.missing = reason
  }
}

/** The requirement does not apply here, or nobody promised it. */
export class Skip extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'Skip'
  }
}

/** The target, the network or a step of the set-up got in the way: neither right nor wrong is proved. */
export class Inconclusive extends Error {
  constructor(reason: string) {
    super(reason)
    this.name = 'Inconclusive'
  }
}

/** The request did not go out, or was turned away at the door: it had no effect. */
export class Unsent extends Inconclusive {}
