import type { Report } from './model.ts'

/** What a format may need beside the reports; each uses what it can. */
export interface FormatOptions {
  /** Names of the placeholders (`TOKEN` for `$TOKEN`) that stand for secrets in the exchanges, so that a `curl` line can let the shell fill them in. */
  secrets?: readonly string[]
  /** Terminal only: with colours. */
  colour?: boolean
  /** Terminal only: columns. */
  width?: number
  /** Terminal only: every skip and pass by name, every exchange. */
  verbose?: boolean
  /** A `warn` counts as a `fail`. */
  strict?: boolean
}

/** Writes the reports of one run, one per target, as one text. */
export type Format = (reports: readonly Report[], options?: FormatOptions) => string
