import { createRequire } from 'node:module'
import type { Contract, Json, MediaType } from '../spec/contract.ts'
import { isMembers } from './conflicts.ts'

const require = createRequire(import.meta.url)

/** A value made up from the schema of a media type; loaded when it is first needed, since most documents have examples. */
export function sampleOf(media: MediaType, contract: Contract): Json {
  return made(media, contract, {})
}

/** A sample in which the texts that say nothing, and are named like something known, say that. */
export function filled(value: Json, known: { [name: string]: Json }): Json {
  if (Array.isArray(value)) return value.map((member) => filled(member, known))
  if (!isMembers(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => [
      name,
      member === 'string' && Object.hasOwn(known, name) ? known[name]! : filled(member, known),
    ]),
  )
}

/**
 * A problem made up from a schema, without what says nothing: members that need not be there, and texts that are only "a text".
 */
export function problemOf(media: MediaType, contract: Contract): Json {
  const sampled = errorOf(media, contract)
  if (!isMembers(sampled)) return sampled
  return Object.fromEntries(Object.entries(sampled).filter(([, value]) => value !== ''))
}

/** An error made up from a schema: what must be there, its texts empty; `explainedBy` gives them words. */
export function errorOf(media: MediaType, contract: Contract): Json {
  return blank(made(media, contract, { skipNonRequired: true }))
}

/** The same; with all that may be there, where nothing must be. */
export function anyErrorOf(media: MediaType, contract: Contract): Json {
  const needed = errorOf(media, contract)
  return isMembers(needed) && Object.keys(needed).length === 0 ? blank(made(media, contract, {})) : needed
}

/** What a sampled text says is nothing. */
function blank(value: Json): Json {
  if (value === 'string') return ''
  if (Array.isArray(value)) return value.map(blank).filter((member) => member !== '')
  if (!isMembers(value)) return value
  return Object.fromEntries(Object.entries(value).map(([name, member]) => [name, blank(member)]))
}

/** An error in which the members that usually tell the status and the reason tell them, where nothing else has said so. */
export function explainedBy(value: Json, status: number, text: string): Json {
  if (Array.isArray(value)) return value.map((member) => explainedBy(member, status, text))
  if (!isMembers(value)) return value
  return Object.fromEntries(
    Object.entries(value).map(([name, member]) => {
      if (member === 0 && /^(status|code|statusCode)$/.test(name)) return [name, status]
      if (member !== '') return [name, explainedBy(member, status, text)]
      return [
        name,
        /^(status|statusCode)$/.test(name)
          ? String(status)
          : /^(message|details?|reason|description|diagnostics)$/.test(name)
            ? text
            : 'error',
      ]
    }),
  )
}

function made(media: MediaType, contract: Contract, options: { skipNonRequired?: boolean }): Json {
  if (media.schema === undefined || typeof media.schema === 'boolean') return {}
  const { sample } = require('openapi-sampler') as typeof import('openapi-sampler')
  return sample(media.schema as object, { ...options, quiet: true }, contract.document) as Json
}
