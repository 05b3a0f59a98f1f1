import type { Finding } from '../../spec/candidates/finding.ts'
import type { Json, Parameter } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import { readdressed } from './chosen.ts'
import { current, type Guarding } from './guards.ts'
import { outcomeOf } from './outcome.ts'
import type { Put } from './subject.ts'
import type { Trial } from './trial.ts'

/** So many values that a document lists are tried. */
const most = 4

/**
 * A value of a parameter that says "must not exist": one of those that the document lists for a replacement (`op_type: create`). On what exists
 * it must be refused and change nothing; the same under an id that nobody has must be performed.
 */
export async function probeCreateValue(trial: Trial, guarding: Guarding | undefined): Promise<Finding[]> {
  const { subject, item } = trial
  const call = subject.call('replace')
  const { operation } = subject.resource.operations.get('replace')!
  for (const { place, value } of operation.parameters.flatMap((one) => listed(one, trial)).slice(0, most)) {
    const beside = guarding?.required ? current(trial.now, guarding) : []
    const exists = await trial.write('replace', [...beside, { place, value }])
    if (exists.performed || exists.answer.ok || exists.answer.status >= 500) continue
    await trial.prove()
    const fresh = readdressed(subject, await subject.change(item, 'replace', trial.now, subject.word(), [{ place, value }]))
    const made = await subject.create(fresh)
    if (!made.answer.ok || !made.item) continue
    const finding: Finding = {
      at: ['guards', 'createOnly'],
      value: {
        for: ['replace'],
        send: place.written,
        none: value,
        outcomes: { exists: outcomeOf(exists.answer, { current: trial.now.payload }) },
      },
      sure: true,
      because: [
        `${call}, ${place.written}: ${String(value)}, on what exists → ${exists.answer.status}, nothing changed; under an id that nobody has → ${made.answer.status}`,
      ],
    }
    return [finding]
  }
  return []
}

/** The values that a document lists for a parameter that need not be sent, its default left out. */
function listed({ name, in: place, required, schema }: Parameter, trial: Trial): Put[] {
  const at = schema === undefined ? true : trial.subject.scene.session.target.loaded.deref(schema)
  if (required || place !== 'query' || typeof at !== 'object' || !Array.isArray(at['enum'])) return []
  return (at['enum'] as Json[])
    .filter((value) => typeof value === 'string' && value !== at['default'])
    .map((value) => ({ place: parsePlace(`$request.${place}.${name}`), value }))
}
