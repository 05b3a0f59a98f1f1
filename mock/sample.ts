import { createRequire } from 'node:module'
import type { Contract, Json, MediaType } from '../spec/contract.ts'
import { isMembers } from './conflicts.ts'

const require = createRequire(import.meta.url)

/** A value made up from the schema of a media type; loaded when it is first needed, since most documents have examples. */
export function sampleOf(media: MediaType, contract: Contract): Json {
  return made(media, contract, {})
}

/**
 * A problem made up from a schema, without what says nothing: members that need not be there, and texts that are only "a text".
 */
export function problemOf(media: MediaType, contract: Contract): Json {
  const sampled = made(media, contract, { skipNonRequired: true })
  if (!isMembers(sampled)) return sampled
  return Object.fromEntries(Object.entries(sampled).filter(([, value]) => value !== 'string'))
}

function made(media: MediaType, contract: Contract, options: { skipNonRequired?: boolean }): Json {
  if (media.schema === undefined || typeof media.schema === 'boolean') return {}
  const { sample } = require('openapi-sampler') as typeof import('openapi-sampler')
  return sample(media.schema as object, { ...options, quiet: true }, contract.document) as Json
}
