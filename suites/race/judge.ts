import type { RaceFinding, RaceOperation } from '../../reports/model.ts'
import { promises, type Findings, type History, type Promises } from './history.ts'

/** Decides what a history proves: of N writers with one token one wins. */
export function judge({ operations }: History, promised: Promises = promises): Findings {
  const wins = operations.filter(({ role, outcome, sent }) => role === 'write' && outcome === 'done' && sent !== null)
  const findings =
    promised.tokens === 'unique' ? [...Map.groupBy(wins, ({ sent }) => sent!)].flatMap(([token, all]) => lost(token, all)) : []
  return { verdict: findings.length > 0 ? 'proved' : 'consistent', findings, reason: null }
}

function lost(token: string, wins: RaceOperation[]): RaceFinding[] {
  if (wins.length < 2) return []
  const writers = wins.map(({ writer }) => writer).join(' and ')
  return [
    {
      kind: 'lost-update',
      severity: 'fail',
      words: `${writers} sent the same token ${token} and both writes succeeded: one of them is lost`,
      operations: wins.slice(0, 2).map(({ id }) => id),
    },
  ]
}
