import type { Resource } from '../../spec/contract.ts'
import type { Check } from './check.ts'
import type { Bound } from './needs.ts'
import { Scene } from './scene.ts'
import type { Session } from './session.ts'

/** A scene belongs to a check. What only cleans up or looks around has one that proves nothing; `name` stands for it in ledgers and as the source of fresh words. */
export function silentScene(
  session: Session,
  resource: Resource,
  name: string,
  signal: AbortSignal,
  { reads }: Pick<Check, 'reads'> = {},
): Scene {
  const bound: Bound = { promised: false, doubt: `only ${name}`, role: 'replace', guards: new Map(), rules: new Map() }
  return new Scene(session, { ...silent, id: name, ...(reads && { reads }) }, resource, bound, signal)
}

const silent: Omit<Check, 'id'> = {
  level: 'practice',
  severity: 'info',
  source: '',
  title: '',
  why: '',
  fix: '',
  needs: [],
  catches: [],
  run: () => Promise.resolve(),
}
