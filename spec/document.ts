import type { Json } from './contract.ts'
import { isTree } from './tree.ts'
import { markOf, markOfContainer, type Source } from './marks.ts'
import { Problems } from './problems.ts'

/** Is this an OpenAPI 3.0, 3.1 or 3.2 document with paths? Says what it is instead. */
export function checkDocument(document: Json, source: Source, problems: Problems): document is { [member: string]: Json } {
  const top = markOfContainer(document) ?? { source }
  const { name } = source
  if (!isTree(document)) {
    problems.error(top, `${name} is no OpenAPI document: expected a map with "openapi: 3.1.0" at its top`, document, 'openapi: 3.1.0')
    return false
  }
  const version = document['openapi']
  if (document['swagger'] !== undefined) {
    problems.error(
      markOf(document, 'swagger'),
      `Swagger ${String(document['swagger'])} is not supported; convert the document to OpenAPI 3.0 or later first`,
      document['swagger'],
      'openapi: 3.0, 3.1 or 3.2',
    )
    return false
  }
  if (version === undefined) {
    const what = document['overlay']
      ? 'an Overlay; give it with --overlay, beside the document it changes'
      : document['x-conflict']
        ? 'a dialect (x-conflict without paths); extend it from a document'
        : 'no OpenAPI document'
    problems.error(top, `${name} is ${what}. Expected "openapi: 3.1.0" (or 3.0, 3.2) at its top`, '', 'openapi: 3.1.0')
    return false
  }
  if (typeof version !== 'string' || !/^3\.[012](\.|$)/.test(version)) {
    problems.error(
      markOf(document, 'openapi'),
      `OpenAPI ${String(version)} is not supported; expected 3.0, 3.1 or 3.2${typeof version === 'number' ? ' as a text: "3.1.0"' : ''}`,
      version,
      '3.0.x, 3.1.x or 3.2.x',
    )
    return false
  }
  if (!isTree(document['paths'])) {
    problems.error(
      markOf(document, 'paths') ?? top,
      'the document has no paths, so there is nothing a contract could speak of',
      document['paths'],
      'paths: { /documents: … }',
    )
    return false
  }
  return true
}
