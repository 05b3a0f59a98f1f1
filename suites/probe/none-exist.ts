import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import type { Creation } from './creation.ts'
import { outcomeOf } from './outcome.ts'
import { isMap } from './subject.ts'
import type { Trial } from './trial.ts'

/** A search that must find nothing: the name of its parameter, and the system that its value belongs to. */
interface Search {
  name: string
  system: string | undefined
}

/**
 * A create that says in `If-None-Exist` what must not be there yet (FHIR R4, "Conditional create"): the first is performed, another with the
 * same search is not and gives back what the first made. The controls: without the field it is performed, with another value too.
 */
export async function probeNoneExist(trial: Trial, creation: Creation): Promise<void> {
  const { subject } = trial
  const parameter = subject.resource.operations
    .get('create')!
    .operation.parameters.find(({ name, in: place }) => place === 'header' && name.toLowerCase() === 'if-none-exist')
  if (!parameter) return
  const member = memberFor(searchOf(parameter.example) ?? likelySearch(creation.body), creation.body)
  if (!member) return
  const send = async (value: string, isAsked: boolean): ReturnType<Creation['again']> => {
    const body = writePointer(member.body(creation.varied(creation.body)), member.pointer, value) as Json
    const puts = isAsked ? [{ place: parsePlace('$request.header.If-None-Exist'), value: `${member.query}${value}` }] : []
    return creation.again(body, puts)
  }
  const [value, another] = [subject.word(), subject.word()]
  const first = await send(value, true)
  if (!first.answer.ok || !first.item) return
  const again = await send(value, true)
  const isFound = again.answer.ok && again.item?.id === first.item.id
  if (!isFound && (again.answer.ok || again.answer.status >= 500)) return
  const other = await send(another, true)
  const plain = await send(value, false)
  for (const { answer, item } of [other, plain]) if (!answer.ok || !item || item.id === first.item.id) return
  const call = `${subject.call('create')}, If-None-Exist: ${member.query}`
  const duplicate = isFound ? { status: again.answer.status } : outcomeOf(again.answer, { existing: first.item.id })
  trial.settle(
    ['unique', 'search'],
    {
      fields: `$request.body#${member.pointer}`,
      for: ['create'],
      when: { '$request.header.If-None-Exist': `${member.query}{$request.body#${member.pointer}}` },
      outcomes: { duplicate, ...(isFound && { repeated: { status: again.answer.status } }) },
    },
    `${call}… for what another item has → ${again.answer.status}${isFound ? ' with that item' : ''}; for what nobody has → ${other.answer.status}; without it → ${plain.answer.status}`,
  )
}

/** `identifier=urn:example:record|12345`, as a document shows it. */
function searchOf(example: Json | undefined): Search | undefined {
  const [, name, system] = /^([\w-]+)=(?:([^|&]*)\|)?[^|&]*$/.exec(typeof example === 'string' ? example : '') ?? []
  return name === undefined ? undefined : { name, system }
}

/** Without an example: a list of maps with a system and a value is what such searches are for; the system is ours. */
function likelySearch(sample: Json | undefined): Search | undefined {
  const listed = Object.entries(isMap(sample) ? sample : {}).find(
    ([, list]) => Array.isArray(list) && isMap(list[0]) && 'system' in list[0] && 'value' in list[0],
  )
  return listed && { name: listed[0], system: 'urn:example:ifmatch' }
}

/** The member that the search looks at: a text, or the value of the first of several within a system. */
function memberFor(
  search: Search | undefined,
  sample: Json | undefined,
): { pointer: string; query: string; body: (body: Json | undefined) => Json } | undefined {
  if (!search) return undefined
  const at = `/${search.name}`
  const present = readPointer(sample, at) as Json | undefined
  if (search.system === undefined)
    return typeof present === 'string' ? { pointer: at, query: `${search.name}=`, body: (body) => body ?? {} } : undefined
  if (!Array.isArray(present) || !isMap(present[0])) return undefined
  return {
    pointer: `${at}/0/value`,
    query: `${search.name}=${search.system}|`,
    body: (body) => writePointer(body, `${at}/0/system`, search.system) as Json,
  }
}
