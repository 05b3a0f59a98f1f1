import { readPointer } from '../../http/pointer.ts'
import type { Json, Operation, Place } from '../contract.ts'
import { isTree } from '../tree.ts'
import { parsePlace } from '../place.ts'
import { responsesFor, schemaRoom } from '../room.ts'
import { type Deref, isJson } from '../schemas.ts'
import type { Inferred } from './inferred.ts'

/** What a Location says is a URL; around the id stands what the item's path has around its own parameter. */
export function locationText(item: string, parameter: string): string | undefined {
  const [before = '', after = ''] = item.split(`{${parameter}}`)
  if (before.endsWith('}')) return undefined
  const literal = before.slice(before.lastIndexOf('}') + 1)
  return `${literal}{}${/^[^{]*/.exec(after)![0]}`
}

/**
 * Where the id of a new item is learnt: a Link of create that fills the parameter, `Location`, a member named like the parameter or
 * `id`; a parameter that create requires in its query (AIP-133); the path of the request, where create is a PUT on the item. If the
 * document declares none of these, all are tried in order.
 */
export function inferIdentity(parameter: string, item: string, create: Operation, document: Json, deref: Deref): Inferred<Place[]> {
  if (create.path === item) return { value: [parsePlace(`$request.path.${parameter}`)], why: 'create is a request to the item itself' }
  const link = linkTo(parameter, item, create, document)
  if (link) return { value: [link], why: 'a Link of create fills the parameter' }
  const chosen = create.parameters.find(({ name, in: place, required }) => place === 'query' && required && isIdOf(parameter, name))
  if (chosen) return { value: [parsePlace(`$request.query.${chosen.name}`)], why: 'create wants the id in its query' }
  const key = keyNamed(item, parameter)
  const sent = create.request?.content
    .filter(isJson)
    .some(({ schema }) => schema !== undefined && schemaRoom(schema, [key ?? ''], deref) === 'declared')
  if (key !== undefined && sent)
    return {
      value: [parsePlace(`$response.body#/${key}`), parsePlace(`$request.body#/${key}`)],
      why: `the path says ${key}, a member of create`,
    }
  const text = locationText(item, parameter)
  const location = text === undefined ? [] : [parsePlace('$response.header.Location', text)]
  const names = [...new Set([parameter, 'id'])]
  const schemas = responsesFor(create, []).flatMap(({ content }) => content.filter(isJson).map(({ schema }) => schema))
  const members = names
    .filter((name) => schemas.some((schema) => schemaRoom(schema, [name], deref) === 'declared'))
    .map((name) => parsePlace(`$response.body#/${name}`))
  const hasLocation = responsesFor(create, []).some(({ headers }) => headers.has('location'))
  if (hasLocation || members.length) {
    const why = [
      hasLocation && location.length ? 'create declares Location' : '',
      members.length ? `create answers with a member ${members[0]!.name.slice(1)}` : '',
    ]
      .filter(Boolean)
      .join('; ')
    return { value: [...(hasLocation ? location : []), ...members], why }
  }
  const named = create.parameters.filter(
    (one) => one.in === 'query' && one.required && ['name', 'id', 'key'].includes(one.name.toLowerCase()),
  )
  if (named.length === 1)
    return { value: [parsePlace(`$request.query.${named[0]!.name}`)], why: `create asks for a ${named[0]!.name} in its query` }
  return {
    value: [...location, ...names.map((name) => parsePlace(`$response.body#/${name}`))],
    why: 'the document declares neither Link, Location nor member: all are tried',
  }
}

/** The member whose value a key in parentheses says (OData URL Conventions §4.3.1): `RowKey` of `/people(PartitionKey='{pk}',RowKey='{rk}')`. */
function keyNamed(item: string, parameter: string): string | undefined {
  const [before = ''] = item.split(`{${parameter}}`)
  return /[(,]([A-Za-z_]\w*)='?$/.exec(before)?.[1]
}

/** Does a parameter of the query name the id that goes into this one of the path? `book`, `bookId`, `book_id` (AIP-133). */
function isIdOf(parameter: string, name: string): boolean {
  const plain = (text: string): string => text.toLowerCase().replaceAll(/[^a-z0-9]/g, '')
  return [plain(parameter), `${plain(parameter).replace(/id$/, '')}id`].includes(plain(name))
}

function linkTo(parameter: string, item: string, create: Operation, document: Json): Place | undefined {
  const responses = readPointer(document, `${create.pointer.slice(1)}/responses`)
  const targets = new Set<unknown>()
  const path = readPointer(document, ['paths', item])
  if (isTree(path))
    for (const operation of Object.values(path))
      if (isTree(operation) && typeof operation['operationId'] === 'string') targets.add(operation['operationId'])
  for (const response of isTree(responses) ? Object.values(responses) : []) {
    const links = isTree(response) && isTree(response['links']) ? Object.values(response['links']) : []
    for (const link of links) {
      if (!isTree(link) || !isTree(link['parameters'])) continue
      const there =
        typeof link['operationId'] === 'string'
          ? targets.has(link['operationId'])
          : String(link['operationRef']).includes(item.replaceAll('~', '~0').replaceAll('/', '~1'))
      const written = link['parameters'][parameter] ?? link['parameters'][`path.${parameter}`]
      if (!there || typeof written !== 'string') continue
      try {
        return parsePlace(written)
      } catch {
        continue
      }
    }
  }
  return undefined
}
