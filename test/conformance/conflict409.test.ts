import { holdFullRun } from './full-run.ts'

// a stale write is answered 409
holdFullRun(['conflict409'])
