import { isJson } from '../http/media-type.ts'
import { readPointer, removePointer } from '../http/pointer.ts'
import type { Contract, Json } from '../spec/contract.ts'
import { plain, readPlaces } from '../spec/places.ts'
import { isMembers } from './conflicts.ts'
import { keyOf } from './key.ts'
import type { Model, Models } from './model.ts'
import { digestIn } from './perform.ts'
import type { Draft } from './kept.ts'

/**
 * The items that a document begins with: the examples of its read answers.
 *
 * @param owner whom the items of resources with `access: owner` belong to
 * @param now milliseconds since 1970
 */
export function initialItems(contract: Contract, models: Models, owner: string | undefined, now: number): Draft[] {
  const drafts = [...models.values()].flatMap((model) => examplesOf(model, model.resource.access === 'owner' ? owner : undefined, now))
  const known = new Set<string>()
  return drafts.filter((draft) => {
    const name = `${draft.resource} ${draft.key}`
    return !known.has(name) && contract.resources.has(draft.resource) && known.add(name)
  })
}

function examplesOf(model: Model, owner: string | undefined, now: number): Draft[] {
  const read = model.resource.operations.get('read')?.operation
  if (read === undefined || model.readMedia === undefined) return []
  const isBytes = !isJson(model.readMedia.type)
  return [...model.readMedia.examples].flatMap(([name, example], at) => {
    const item = isBytes ? example : (readPointer(example, model.readPointer) as Json | undefined)
    if (item === undefined) return []
    const params: Record<string, string> = {}
    for (const parameter of model.resource.parameters) {
      const said = parameter === model.own ? idIn(example, item, model) : readPointer(item, `/${parameter}`)
      const declared = read.parameters.find((each) => each.in === 'path' && each.name === parameter)?.example
      const value =
        (said as Json | undefined) ??
        around(example, parameter) ??
        (at === 0 || parameter !== model.own ? declared : undefined) ??
        (parameter === model.own && name !== '' ? name : undefined)
      if (value === undefined || value === null) return []
      params[parameter] = plain(value)
    }
    return [draftOf(model, params, isBytes ? Buffer.from(plain(item)) : item, integerToken(example, model), owner, now)]
  })
}

/** The id that an example tells: in the item, or where the contract says that the answer to a create tells it. */
function idIn(example: Json, item: Json, { idPointer, own, resource }: Model): Json | undefined {
  const places = (resource.identity.get(own) ?? []).filter(({ part }) => part === 'body')
  return (
    (idPointer === undefined ? (readPointer(item, `/${own}`) as Json | undefined) : (readPointer(item, idPointer) as Json | undefined)) ??
    readPlaces(places, { status: 200, headers: [], body: example })
  )
}

/** A member beside the item that is named like a parameter of the path: `_id` like `id`. */
function around(example: Json, parameter: string): Json | undefined {
  if (!isMembers(example)) return undefined
  return Object.entries(example).find(([name]) => name.replace(/^[_@$]+/, '').toLowerCase() === parameter.toLowerCase())?.[1]
}

function draftOf(
  model: Model,
  params: Record<string, string>,
  value: Json | Buffer,
  version: number | undefined,
  owner: string | undefined,
  now: number,
): Draft {
  const { resource } = model
  const modified = pastTime(value, model, now)
  return {
    resource: resource.name,
    key: keyOf(resource, params),
    params,
    value: Buffer.isBuffer(value)
      ? value
      : model.tokenPointers.reduce<Json>((rest, pointer) => removePointer(rest, pointer) as Json, value),
    mediaType: Buffer.isBuffer(value) ? model.readMedia!.type : undefined,
    created: modified,
    modified,
    owner,
    sent: undefined,
    bumps: true,
    changes: model.changeApart ? model.tokens : undefined,
    digest: digestIn(value, model),
    version,
  }
}

/** An example that tells its version begins with it. */
function integerToken(example: Json, { resource: { token } }: Model): number | undefined {
  if (token?.format !== 'integer' || token.bumps === 'append-length') return undefined
  const [first] = Object.values(token.parts ?? { all: token.read })
  const said = readPlaces(first ?? [], { status: 200, headers: [], body: example })
  return /^\d{1,15}$/.test(String(said)) ? Number(said) : undefined
}

/** An example that tells when it was changed was changed then. */
function pastTime(value: Json | Buffer, model: Model, now: number): number {
  if (!isMembers(value)) return now
  for (const name of model.serverMembers) {
    const said = /^(updated|modified|changed|last)/i.test(name) ? Date.parse(String(value[name])) : Number.NaN
    if (said <= now) return said
  }
  return now
}
