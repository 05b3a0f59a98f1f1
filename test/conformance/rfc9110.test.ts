import { holdFullRun } from './full-run.ts'

// a stale write is answered 412
holdFullRun([])
