/** The recipes under `docs/recipes/`, by file name: what a failed check is mended with. */
export const recipes = [
  'bulk',
  'compare-and-write',
  'compression',
  'conditions',
  'create-only',
  'idempotency-keys',
  'locks',
  'merge-in-the-client',
  'problem-details',
  'reads',
  'references',
  'required-conditions',
  'retry-in-the-client',
  'transitions',
  'unique-index',
  'validators',
] as const

export type Recipe = (typeof recipes)[number]
