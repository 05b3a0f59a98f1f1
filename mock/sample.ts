import { createRequire } from 'node:module'
import type { Contract, Json, MediaType } from '../spec/contract.ts'

const require = createRequire(import.meta.url)

/** A value made up from the schema of a media type; loaded when it is first needed, since most documents have examples. */
export function sampleOf(media: MediaType, contract: Contract): Json {
  if (media.schema === undefined || typeof media.schema === 'boolean') return {}
  const { sample } = require('openapi-sampler') as typeof import('openapi-sampler')
  return sample(media.schema as object, { skipReadOnly: false, quiet: true }, contract.document) as Json
}
