import type { Resource, Role } from '../../spec/contract.ts'
import { refusesWithSuccess } from '../kit/item-state.ts'
import { isUpdate } from '../kit/token.ts'
import type { Conclusion, FactName, Sighting } from './sighting.ts'
import { mayChange, saysNoVersion, type Step, type Story } from './story.ts'
import type { Glimpse } from './validators.ts'

/** What becomes of writes that name no version, and of those of what is not there. */

const roles = ['replace', 'patch', 'delete'] as const
type Writing = (typeof roles)[number]

/** What is seen of such writes in what happened to one item. */
export function* writesIn(story: Story): Generator<Glimpse> {
  const { resource, owner, steps } = story
  let there: boolean | undefined = owner === undefined ? undefined : false
  for (const [at, step] of steps.entries()) {
    const { answer } = step
    const { role } = answer.request
    const writing = mayChange(step) ? roles.find((one) => one === role) : undefined
    if (there && writing && answer.request.as === owner && saysNoVersion(resource, answer)) yield* withoutToken(resource, writing, step)
    if (!there && isPut(resource, step)) yield* toMissing(step, steps.slice(at + 1))
    if (answer.ok && (step.read || writing || role === 'create')) there = role !== 'delete'
    else if (role === 'read' && (answer.status === 404 || answer.status === 410)) there = false
  }
}

function* withoutToken(resource: Resource, role: Writing, step: Step): Generator<Glimpse> {
  const { status, ok } = step.answer
  const guards = resource.guards.filter((guard) => isUpdate(guard))
  if (guards.length === 0 || guards.some(refusesWithSuccess)) return
  const fact: FactName = `${role}-without-token`
  if (ok && status !== 202) yield { fact, value: 'performed', step }
  else if (
    status === 428 ||
    guards.some((guard) => asksWith(status, guard.required, guard.for.includes(role), guard.outcomes.missing?.status))
  )
    yield { fact, value: 'refused', amount: status, step }
}

/** Is it what the contract says to a write without the token that it asks for? */
function asksWith(status: number, required: string, looks: boolean, missing: readonly number[] | undefined): boolean {
  return required !== 'never' && looks && missing !== undefined && missing.includes(status)
}

/** A PUT to the URL of one item, on no condition but that nothing be there. */
function isPut({ operations }: Resource, { answer: { request } }: Step): boolean {
  const conditions = request.headers.filter(([name]) => /^if-/i.test(name))
  return (
    request.method === 'PUT' &&
    request.operation === operations.get('replace')?.operation &&
    conditions.every(([name, value]) => name.toLowerCase() === 'if-none-match' && value === '*')
  )
}

function* toMissing(step: Step, later: readonly Step[]): Generator<Glimpse> {
  const { status, ok } = step.answer
  const next = later.find(({ answer }) => answer.request.role === 'read')
  if (status === 201 || (ok && next?.read)) yield { fact: 'put-to-missing', value: 'creates', amount: status, step }
  else if (status === 404 || status === 405 || status === 410) yield { fact: 'put-to-missing', value: 'refused', amount: status, step }
}

/** From all sightings of such writes by one role, in the order of the checks. */
export function without(role: Role): (sightings: readonly Sighting[]) => Conclusion {
  return (sightings) => {
    const [performed, refused] = ['performed', 'refused'].map((wanted) => sightings.find(({ value }) => value === wanted))
    const start = `a ${role} without a token is`
    if (performed && refused)
      return { value: 'both', words: `${start} sometimes refused (${refused.amount}), sometimes performed`, from: refused }
    if (refused) return { value: 'refused', words: `${start} refused (${refused.amount})`, from: refused }
    return performed && { value: 'performed', words: `${start} performed`, from: performed }
  }
}

export function putToMissing(sightings: readonly Sighting[]): Conclusion {
  const [creates, refused] = ['creates', 'refused'].map((wanted) => sightings.find(({ value }) => value === wanted))
  if (creates) return { value: 'creates', words: `PUT creates what is missing (${creates.amount})`, from: creates }
  return refused && { value: 'refused', words: `PUT to what is missing is refused (${refused.amount})`, from: refused }
}
