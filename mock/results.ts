import { isJson } from '../http/media-type.ts'
import type { Bulk, Contract, Json, Schema } from '../spec/contract.ts'
import { writePlace, type ItemMessage, type ResponseMessage } from '../spec/places.ts'
import { isMembers } from './conflicts.ts'
import type { Facts } from './decision.ts'
import { headerOf, type Answer, type HeaderLines } from './message.ts'
import { membersOf, within } from './model.ts'
import { sampleOf } from './sample.ts'
import { successSpec } from './success.ts'

/** One result: what the single request would have been answered with, where the contract says. */
export function resultOf(
  item: Json,
  { status, body, headers }: Answer,
  bulk: Bulk,
  id: string | undefined,
  schema: Schema | undefined,
  contract: Contract,
): Json {
  const type = headerOf(headers, 'content-type')?.split(';')[0] ?? ''
  const answer: Json | undefined = body.length === 0 ? undefined : isJson(type) ? (JSON.parse(body.toString()) as Json) : body.toString()
  let result: ItemMessage = { item: true, body: {} }
  for (const place of answer === undefined ? [] : bulk.answer) result = writePlace(place, answer!, result)
  for (const place of bulk.status) {
    const declared = within(schema, place.name, contract)
    const isText = typeof declared === 'object' && [declared['type']].flat().includes('string')
    result = writePlace(place, isText ? String(status) : status, result)
  }
  if (!isMembers(result.body)) return result.body ?? {}
  const told = new Map<string, Json>(Object.entries(result.body))
  for (const name of namesIn(schema, contract)) {
    if (told.has(name)) continue
    const value = echoOf(name, item) ?? toldBy(name, headers) ?? (name === 'id' ? id : undefined)
    if (value !== undefined) told.set(name, value)
  }
  return Object.fromEntries(told)
}

/** The members that a result may have, in whichever of its shapes. */
function namesIn(schema: Schema | undefined, contract: Contract): Set<string> {
  const plain = schema === undefined ? true : contract.deref(schema)
  if (typeof plain === 'boolean') return new Set()
  const choices = [plain['anyOf'], plain['oneOf']].flatMap((list) => (Array.isArray(list) ? (list as Schema[]) : []))
  return new Set([...membersOf(plain, contract).keys(), ...choices.flatMap((each) => [...namesIn(each, contract)])])
}

/** What the client said of the item beside its content: its method, the name that it gave it. */
function echoOf(name: string, item: Json): Json | undefined {
  const said = isMembers(item) && Object.hasOwn(item, name) ? item[name] : undefined
  return typeof said === 'object' ? undefined : said
}

/** What the single answer would say in its header. */
function toldBy(name: string, headers: HeaderLines): Json | undefined {
  if (name === 'location') return headerOf(headers, 'location')
  if (name === 'etag' || name === 'version') return headerOf(headers, 'etag')
  if (name !== 'headers') return undefined
  const shown = headers.filter(([each]) => /^(etag|location|content-type|retry-after)$/i.test(each))
  return Object.fromEntries(shown.map(([each, value]) => [each.toLowerCase(), value]))
}

/** All results, in the answer that the document has for the call. */
export function bulkAnswer(results: Json[], { results: place }: Bulk, { operation }: Facts, contract: Contract): Answer {
  const spec = successSpec(operation, false)
  const media = spec?.content.find((each) => isJson(each.type))
  const around = media === undefined ? {} : (media.examples.values().next().value ?? sampleOf(media, contract))
  const message = writePlace<ResponseMessage>(place, results, { status: Number(spec?.status) || 200, headers: [], body: around })
  return {
    status: message.status,
    headers: [['Content-Type', media?.type ?? 'application/json'], ...message.headers],
    body: JSON.stringify(message.body),
  }
}

/** The schema of one result. */
export function resultSchema({ results }: Bulk, { operation }: Facts, contract: Contract): Schema | undefined {
  const media = successSpec(operation, false)?.content.find((each) => isJson(each.type))
  return results.part === 'body' ? within(media?.schema, `${results.name}/0`, contract) : undefined
}
