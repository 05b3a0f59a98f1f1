import { readPointer } from '../../http/pointer.ts'
import type { Json, Resource } from '../../spec/contract.ts'
import type { ResourceKit } from './kit.ts'
import { parametersIn } from './location.ts'
import type { Scene } from './scene.ts'
import { Skip } from './verdict.ts'

/** Words by which members of a list are usually told apart. */
const usual = ['id', '_id', 'uuid', 'key', 'name']

/**
 * The path parameters of an item that is there already, for runs that only read: one that the target names, else the first of the collection.
 * Looked for once in a run.
 * @throws Skip where none is known
 */
export function existingPath(scene: Scene, resource: ResourceKit): Promise<Record<string, string>> {
  const { existing } = scene.session
  const looked = (): Promise<Record<string, string>> =>
    find(scene, resource).catch((error: unknown) => {
      // what only got in the way this time may be found by the next
      if (!(error instanceof Skip)) existing.delete(resource.name)
      throw error
    })
  const known = existing.get(resource.name) ?? looked()
  existing.set(resource.name, known)
  return known
}

async function find(scene: Scene, kit: ResourceKit): Promise<Record<string, string>> {
  const { spec } = kit
  const named = scene.session.target.items[spec.name]?.map((item) => spec.item && parametersIn(spec.item, pathOf(item))).find(isThere)
  if (named) return named
  const none = (why: string): never => {
    throw new Skip(`read-only: no ${spec.name} is known to read (${why}); name one in the target file: items: { ${spec.name}: [/…] }`)
  }
  if (!spec.operations.has('list')) return none('there is no collection to look in')
  const { answer, items } = await kit.list({ purpose: 'look for an item that is there' })
  if (!answer.ok) return none(`the collection is answered ${answer.status}`)
  const own = spec.parameters.at(-1)
  for (const item of items) {
    const found = own === undefined ? undefined : idIn(item, own, spec)
    if (own !== undefined && found !== undefined) return { ...answer.request.path, [own]: found }
    const linked = texts(item)
      .map((text) => spec.item && parametersIn(spec.item, pathOf(text)))
      .find(isThere)
    if (linked) return linked
  }
  return none(items.length === 0 ? 'the collection is empty' : 'its members do not say where they are')
}

/** Where the create says the id, read in a member of the collection; else a member that is called so. */
function idIn(item: Json, own: string, spec: Resource): string | undefined {
  const places = (spec.identity.get(own) ?? []).filter((place) => place.message === 'response' && place.part === 'body')
  const within = spec.payload.read === false ? [] : spec.payload.read.map((place) => place.name)
  const pointers = places.flatMap(({ name }) => [
    name,
    ...within.filter((at) => at !== '' && name.startsWith(at)).map((at) => name.slice(at.length)),
  ])
  const values = [...pointers.map((pointer) => readPointer(item, pointer)), ...[own, ...usual].map((name) => readPointer(item, [name]))]
  const found = values.find((value) => typeof value === 'string' || typeof value === 'number')
  return found === undefined ? undefined : String(found)
}

function texts(value: Json): string[] {
  if (typeof value === 'string') return [value]
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(texts) : []
}

function pathOf(text: string): string {
  return URL.parse(text, 'http://x/')?.pathname ?? text
}

function isThere(found: Record<string, string> | '' | undefined): found is Record<string, string> {
  return typeof found === 'object'
}
