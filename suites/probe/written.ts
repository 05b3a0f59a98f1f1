import type { Finding } from '../../spec/candidates/finding.ts'
import type { Json, Role } from '../../spec/contract.ts'
import type { Guarding } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import { sendOf } from './parts.ts'
import type { Subject } from './subject.ts'

/** A guard that was seen, and what its refusal of an old version was. */
export interface Seen {
  guarding: Guarding
  stale: Record<string, Json>
}

/** What a write does to an id that nobody has. */
export interface Upsert {
  creates: boolean
  /** The refusal, where it names a version. */
  absent: Record<string, Json> | undefined
  because: string[]
}

/** The guards that were seen, those of one kind together. */
export function written(guards: readonly Seen[], subject: Subject, upsert: Upsert): Finding[] {
  const kinds = Map.groupBy(guards, ({ guarding, stale }) =>
    JSON.stringify([
      guarding.way.read,
      guarding.way.send.part,
      sendOf(guarding),
      guarding.required,
      guarding.stale.status,
      stale['where'] ?? null,
      guarding.missing?.status ?? null,
    ]),
  )
  const findings: Finding[] = []
  const taken = new Set<string>()
  for (const [index, [, group]] of [...kinds].entries()) {
    const { guarding, stale } = group[0]!
    const roles: Role[] = group.map((one) => one.guarding.role)
    let name = index === 0 && ['replace', 'patch'].includes(roles[0]!) ? 'update' : roles[0] === 'delete' ? 'remove' : `update${index + 1}`
    while (taken.has(name)) name = `${name}2`
    taken.add(name)
    const settle = (at: string[], value: Json, ...because: string[]): void =>
      void findings.push({ at: ['guards', name, ...at], value, sure: true, because })
    settle(['send'], sendOf(guarding), ...new Set(group.flatMap((one) => one.guarding.because)))
    if (name !== 'update' && guarding.match) settle(['match'], guarding.match.is, guarding.match.because)
    if (name !== 'update' && guarding.any) settle(['any'], '*', guarding.any)
    for (const [key, finding] of guarding.token ?? []) findings.push({ ...finding, at: ['guards', name, 'token', key] })
    settle(['for'], roles, roles.map((role) => subject.call(role)).join(', '))
    if (guarding.required) {
      const missing = [...new Set(group.map((one) => `${subject.call(one.guarding.role)} without it → ${one.guarding.missing!.status}`))]
      settle(['required'], upsert.creates ? 'if-exists' : 'always', ...missing, ...(upsert.creates ? upsert.because.slice(0, 1) : []))
      settle(['outcomes', 'missing'], outcomeOf(guarding.missing!))
    }
    settle(['outcomes', 'stale'], stale as Json)
    if (upsert.absent && roles.includes('replace')) settle(['outcomes', 'absent'], upsert.absent, ...upsert.because.slice(1))
  }
  return findings
}
