import { isDeepStrictEqual } from 'node:util'
import type { Json, Unique } from '../../spec/contract.ts'
import { readPlaces } from '../../spec/places.ts'
import { bodyOf } from '../content.ts'
import { refuse, reject, type Decision, type Evidence } from '../decision.ts'
import type { Situation, Stage } from '../decide.ts'
import { stored } from '../family.ts'
import { inForce } from '../inforce.ts'
import { keyOf, openNames, paramsOf } from '../key.ts'
import type { Model, Models } from '../model.ts'
import type { Index, Item, View } from '../kept.ts'
import { suggest } from '../suggest.ts'
import { addressesItem, visible } from './existence.ts'

/** Whether what must be unique is free. */
export const unique: Stage = {
  name: 'unique',
  decide(situation) {
    const { facts, view, role, next, item } = situation
    if (role === 'create' && item === undefined && addressesItem(facts)) {
      // an item that others may not see holds its name all the same
      const hidden = view.item(facts.model.resource.name, situation.key)
      if (hidden !== undefined) return reject(409, 'RFC 9110 §15.5.10', `the name ${JSON.stringify(situation.key)} is taken`)
    }
    if (facts.headersOnly || next === undefined) return undefined
    // what can only create is refused by the very item that is there
    const createsOnly = facts.roles.every((each) => each === 'create')
    const isOther = (holder: Item, own: Item | undefined): boolean => createsOnly || holder.key !== own?.key
    const taken = facts.model.resource.unique
      .filter((each) => inForce(each, facts))
      .flatMap((each) => {
        const value = valueOf(each, { value: next, params: paramsOf(facts.model.resource, facts.message) }, facts.model)
        const holder =
          value === undefined ? undefined : view.holders(indexName(each, facts.model), value).find((other) => isOther(other, item))
        return holder === undefined ? [] : [{ each, holder }]
      })
    if (taken.length > 0) return refuseTaken(taken, situation)
    return role === 'create' && !addressesItem(facts) ? takenId(situation) : undefined
  },
}

function refuseTaken(taken: { each: Unique; holder: Item }[], situation: Situation): Decision | undefined {
  const { facts, view, role } = situation
  const { each, holder } = taken[0]!
  const seen = visible(holder, facts)
  const fields = taken.flatMap((one) => one.each.fields.map((place) => place.name.replace(/^\//, '')))
  const first = readPlaces(each.fields, facts.message)
  const text = `${fields.join(', ')}: ${taken.map((one) => JSON.stringify(readPlaces(one.each.fields, facts.message))).join(', ')} belongs to another ${facts.model.resource.name}`
  const evidence: Evidence = { item: seen, existing: seen, fields, sentValue: first }
  const same = taken.every((one) => one.holder === holder) && seen !== undefined && isDeepStrictEqual(seen.sent, bodyOf(facts.request))
  if (role === 'create' && same) {
    const decision = refuse(
      each,
      'repeated',
      `this very ${facts.model.resource.name} was created before, with the same body`,
      evidence,
      true,
    )
    if (decision !== undefined) return decision
  }
  const decision = refuse(each, 'duplicate', text, evidence, true)
  if (decision?.outcome.reveal.suggestions !== undefined) evidence.suggestions = suggestionsFor(each, situation, view)
  return decision
}

/** Values like the one that was wanted, proven free in the same turn. */
function suggestionsFor(each: Unique, { facts, next }: Situation, view: View): Json[] {
  const place = each.fields[0]
  if (place === undefined || place.part !== 'body' || next === undefined) return []
  const wanted = stored(place, { value: next, params: facts.message.path }, facts.model)
  const pointer = place.name
  return suggest(wanted, (candidate) => {
    const value = valueOf(each, { value: next, params: facts.message.path }, facts.model, { place: pointer, value: candidate })
    return value !== undefined && view.holders(indexName(each, facts.model), value).length === 0 && facts.fitsMember(pointer, candidate)
  })
}

/** An id that the client chose is as unique as a path. */
function takenId({ facts, view }: Situation): Decision | undefined {
  const { resource, own } = facts.model
  const params = paramsOf(resource, facts.message)
  if (openNames(resource, params).length > 0 || view.item(resource.name, keyOf(resource, params)) === undefined) return undefined
  const text = `there is a ${resource.name} ${JSON.stringify(params[own])} already`
  const { duplicate } = resource.outcomes
  if (duplicate === undefined || duplicate.as === 'done') return reject(409, 'RFC 9110 §15.5.10', text)
  const existing = visible(view.item(resource.name, keyOf(resource, params)), facts)
  const mechanism = { name: 'identity', pointer: `${resource.pointer}/identity` }
  const reason = { text, rule: mechanism.name, pointer: mechanism.pointer }
  const evidence: Evidence = { item: existing, existing, sentValue: params[own]! }
  return { kind: 'refuse', name: 'duplicate', outcome: duplicate, mechanism, reason, evidence, executed: true }
}

/** All unique indexes of a contract, for the store to keep. */
export function indexesOf(models: Models): Index[] {
  return [...models.values()].flatMap((model) =>
    model.resource.unique.map(
      (each) => ({ name: indexName(each, model), resource: model.resource.name, of: (item) => valueOf(each, item, model) }) satisfies Index,
    ),
  )
}

function indexName(each: Unique, model: Model): string {
  return `${model.resource.name}/${each.name}`
}

/** The value of an item in an index; undefined where a part of it is missing or null: nothing is never taken. */
function valueOf(
  each: Unique,
  item: Pick<Item, 'value' | 'params'>,
  model: Model,
  other?: { place: string; value: Json },
): string | undefined {
  const parts: Json[] = []
  for (const place of [...each.fields, ...each.within]) {
    const value = place.name === other?.place ? other.value : stored(place, item, model)
    if (value === undefined || (value === null && each.fields.includes(place))) return undefined
    parts.push(each.compare === 'case-insensitive' && typeof value === 'string' ? value.normalize('NFC').toLowerCase() : value)
  }
  return JSON.stringify(parts)
}
