import type { Answer } from './answer.ts'
import type { Kit } from './kit.ts'

/** The ETag of an answer, or the end of the check: what is not there can be neither right nor wrong. */
export function tagOf(answer: Answer, kit: Kit): string {
  const tag = answer.header('etag')
  if (tag !== undefined) return tag
  return kit.resource.spec.token?.promised && isTagToken(kit)
    ? kit.blocked('entity-tags/present', 'reads carry no ETag')
    : kit.skip('reads carry no ETag, and nobody promised one')
}

/** Is the ETag what clients of this resource name versions by? Some frameworks add one to every answer, which nobody relies on. */
export function isTagToken({ resource }: Kit): boolean {
  return resource.spec.token?.read.some((place) => place.part === 'header' && place.name.toLowerCase() === 'etag') ?? false
}
