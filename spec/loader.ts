import path from 'node:path'
import type { Contract, Json, Resource, Schema } from './contract.ts'
import { derefSchema } from './deref.ts'
import { layerDialects, strip } from './dialects.ts'
import { digest } from './digest.ts'
import { checkDocument } from './document.ts'
import { type Draft, readDraft, type Surroundings } from './draft.ts'
import { referenceApi } from './files.ts'
import { layer } from './layers.ts'
import { markOf, markOfContainer } from './marks.ts'
import { readOperations } from './openapi.ts'
import { Origins } from './origins.ts'
import { applyOverlay } from './overlay.ts'
import { inferPairs, type Pair, pairFor } from './pairs.ts'
import { inOrder, Problems } from './problems.ts'
import { Reader } from './reader.ts'
import { bundleReferences, checkReferences } from './references.ts'
import { readResource } from './resource.ts'
import { modernizeSchemas } from './schema30.ts'
import { checkShape } from './shape.ts'
import { readSource } from './source.ts'
import { isTree, type Tree } from './tree.ts'
import { leavesOf } from './view.ts'

export interface LoadOptions {
  /** OpenAPI Overlays, applied in order. */
  overlays?: readonly string[] | undefined
  /** Dialects, by name or path, laid over what the document extends; later wins. */
  dialects?: readonly string[] | undefined
}

/** Reads, checks and resolves a document: see `loadContract`. */
export async function load(file: string, options: LoadOptions): Promise<Contract> {
  const problems = new Problems()
  const real = /^https?:/.test(file) ? file : path.resolve(file)
  const read = await readSource(real, file, 'contract')
  let document = read.value
  for (const overlay of options.overlays ?? [])
    await applyOverlay(document, /^https?:/.test(overlay) ? overlay : path.resolve(overlay), overlay, problems)
  if (!checkDocument(document, read.source, problems)) {
    problems.check()
    throw new Error('a document that is none has no problem')
  }
  problems.check()
  if (checkReferences(document, problems).external) document = await bundleReferences(document, read.source, problems)
  const root = document as { [member: string]: Json }
  if (String(root['openapi']).startsWith('3.0')) modernizeSchemas(root)

  const said = (root['x-conflict'] ?? {}) as Json
  if (!isTree(said)) {
    problems.error(markOf(root, 'x-conflict'), 'x-conflict is a map: expected "x-conflict: { version: 1, … }"', said, 'a map')
    problems.check()
  }
  const contract = said as Tree
  const isOurs = real === referenceApi && !options.overlays?.length
  if (root['x-conflict'] !== undefined && !isOurs) await checkShape(contract, root, problems)
  problems.check()
  if (root['x-conflict'] === undefined && !options.dialects?.length) {
    problems.error(
      markOfContainer(root),
      `${file} has no x-conflict, so nothing is promised; add it to the document, in an Overlay (--overlay FILE), or name a dialect (--dialect rfc9110)`,
      '',
      'x-conflict: { version: 1, extends: rfc9110 }',
    )
    problems.check()
  }
  const dialects = await layerDialects(contract, { name: file, file: real }, options.dialects ?? [], problems)
  problems.check()

  const operations = readOperations(root)
  const origins = new Origins()
  const deref = (schema: Schema): Schema => derefSchema(root, schema)
  const around: Surroundings = { document: root, operations, reader: new Reader(problems, operations), problems, origins, deref }
  const resources = resolveResources(layer(dialects.tree, strip(contract)), contract, around)
  problems.check()
  for (const resource of resources.values())
    for (const leaf of leavesOf(resource)) if (!origins.map.has(leaf)) origins.map.set(leaf, origins.nearest(leaf))

  const servers = Array.isArray(root['servers']) ? root['servers'] : []
  const components = isTree(root['components']) ? root['components'] : {}
  const schemes = isTree(components['securitySchemes']) ? components['securitySchemes'] : {}
  const info = isTree(root['info']) ? root['info'] : {}
  return {
    title: String(info['title'] ?? 'untitled'),
    apiVersion: String(info['version'] ?? ''),
    file,
    digest: digest(root, resources),
    dialects: dialects.names,
    resources,
    operations,
    servers: servers.flatMap((server) => (isTree(server) && typeof server['url'] === 'string' ? server['url'] : [])),
    securitySchemes: new Map(Object.entries(schemes).filter((entry): entry is [string, { [member: string]: Json }] => isTree(entry[1]))),
    document: root,
    deref,
    origins: origins.map,
    warnings: problems.warnings.toSorted(inOrder),
  }
}

/** All resources: those that the contract names, and those that only the paths show. */
function resolveResources(common: Tree, contract: Tree, around: Surroundings): Map<string, Resource> {
  const { operations, problems, origins } = around
  const named = isTree(contract['resources']) ? contract['resources'] : {}
  const inferred = inferPairs(operations)
  const found: { pair: Pair; tree: Tree }[] = []
  const claimed = new Set<string | undefined>()
  const paths = new Set(operations.map((operation) => operation.path))
  for (const [name, said] of Object.entries(named)) {
    const tree = isTree(said) ? said : {}
    for (const key of ['collection', 'item'] as const) {
      if (typeof tree[key] === 'string' && !paths.has(tree[key]))
        problems.error(
          markOf(tree, key),
          `the document has no path ${JSON.stringify(tree[key])}; write it as it stands in paths`,
          tree[key],
          [...paths].join(', '),
        )
    }
    const pair = pairFor(name, tree as { collection?: string; item?: string }, inferred, operations)
    if (pair?.item) claimed.add(pair.item)
    if (said === false) continue
    if (!pair && !isTree(tree['operations'])) {
      problems.error(
        markOf(named, name),
        `no pair of paths is called ${JSON.stringify(name)}; say "item: /path/{id}" (and "collection: /path")${inferred.length ? `, or use a name that the paths show: ${inferred.map((other) => other.name).join(', ')}` : ''}`,
        name,
        'item: a path of the document',
      )
      continue
    }
    found.push({ pair: { name, collection: pair?.collection, item: pair?.item }, tree })
  }
  for (const pair of inferred) if (!claimed.has(pair.item)) found.push({ pair, tree: {} })
  if (!found.length && !problems.errors.length) {
    problems.error(
      markOfContainer(contract) ?? markOfContainer(around.document),
      'the document shows no resources: no /x with /x/{id}, and no item whose PUT creates; name them under x-conflict resources, with "item" and "collection"',
      '',
      'resources: { document: { item: "/documents/{id}" } }',
    )
  }
  const drafts = new Map<string, Draft>()
  for (const { pair, tree } of found) {
    const { name } = pair
    if (tree['collection'] === undefined && pair.collection !== undefined)
      origins.infer([name, 'collection'], `the path above ${pair.item}`)
    if (tree['item'] === undefined && pair.item !== undefined)
      origins.infer([name, 'item'], pair.collection === undefined ? 'an item whose PUT creates' : `the path below ${pair.collection}`)
    const merged = layer(common, tree)
    origins.trace(merged, [name])
    drafts.set(name, readDraft(name, pair, merged, around))
  }
  return new Map([...drafts].map(([name, draft]) => [name, readResource(draft, drafts, around)]))
}
