import type { Level, Severity } from '../../reports/model.ts'

/** How a requirement is accounted for. Ids of checks, or half a sentence. */
export interface Account {
  /** The checks that are about it. */
  by?: readonly string[]
  /** Checks about something else that see it too. */
  within?: readonly string[]
  /** Nothing outside the server can tell, and why. */
  outside?: string
  /** How it is judged, where the checks say it more mildly or more strictly than the source. */
  note?: string
}

/** One thing that a source asks of a server, and what becomes of it here. */
export interface Requirement extends Account {
  /** Stable; a test pins nothing but that it is used once. */
  id: string
  /** What the source says; `may`: it allows the thing and asks for nothing. */
  level: Level | 'may'
  /** What breaking it is worth; `contract`: what is right is for the contract or its dialect to say. */
  severity: Severity | 'contract'
  source: string
  /** In the present tense, no capital, no full stop. */
  title: string
}

/** Makes a row, so that a group reads as a table. */
export function row(
  id: string,
  [level, severity]: readonly [Requirement['level'], Requirement['severity']],
  source: string,
  title: string,
  account: Account,
): Requirement {
  return { id, level, severity, source, title, ...account }
}

export const mustFail = ['must', 'fail'] as const
export const mustWarn = ['must', 'warn'] as const
export const mustInfo = ['must', 'info'] as const
export const mustContract = ['must', 'contract'] as const
export const shouldFail = ['should', 'fail'] as const
export const shouldWarn = ['should', 'warn'] as const
export const shouldInfo = ['should', 'info'] as const
export const shouldContract = ['should', 'contract'] as const
export const mayInfo = ['may', 'info'] as const
export const mayContract = ['may', 'contract'] as const
export const practiceFail = ['practice', 'fail'] as const
export const practiceWarn = ['practice', 'warn'] as const
export const practiceInfo = ['practice', 'info'] as const
export const practiceContract = ['practice', 'contract'] as const
