import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Contract } from '../contract.ts'
import { specFile } from '../files.ts'
import { loadContract } from '../index.ts'
import { isTree } from '../tree.ts'
import { markOf, positionOf } from '../marks.ts'
import { parametersOf } from '../pairs.ts'
import { ContractError } from '../contract-error.ts'
import { readSource } from '../source.ts'

/** An overlay that gives a document a contract in which nothing is promised. */
const bareOverlay: string = specFile('candidates/bare.overlay.yaml')

/**
 * A document without a contract, read for its resources: paths, roles, identity, sample, marker. Nothing in it is promised. Where the
 * paths show no resource, a path that ends in a parameter and has GET and PUT is taken for one whose PUT creates.
 * @throws ContractError as `loadContract` does, and where the document has a contract already
 */
export async function loadBare(document: string): Promise<Contract> {
  const contract = await load(document)
  const said = contract.document['x-conflict'] as object
  if (Object.keys(said).some((key) => key !== 'version' && key !== 'resources')) {
    const at = positionOf(markOf(contract.document, 'x-conflict'))
    const message = `the document has an x-conflict already, so there is nothing to begin; \`ifmatch show ${document}\` prints it`
    throw new ContractError([{ ...at, value: 'x-conflict', expected: 'a document without x-conflict', message }])
  }
  return contract
}

async function load(document: string): Promise<Contract> {
  try {
    return await loadContract(document, { overlays: [bareOverlay] })
  } catch (error) {
    const resources = error instanceof ContractError ? await lonely(document) : {}
    if (!Object.keys(resources).length) throw error
    const folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
    const file = path.join(folder, 'bare.overlay.yaml')
    try {
      const actions = [{ target: '$', update: { 'x-conflict': { version: 1, resources } } }]
      await writeFile(file, JSON.stringify({ overlay: '1.0.0', info: { title: 'bare', version: '1' }, actions }))
      return await loadContract(document, { overlays: [file] }).catch(() => {
        throw error
      })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  }
}

/** Items without a collection whose PUT is not said to create. */
async function lonely(document: string): Promise<{ [name: string]: { item: string; operations: { create: string } } }> {
  const file = /^https?:/.test(document) ? document : path.resolve(document)
  const { value } = await readSource(file, document, 'contract')
  const paths = isTree(value) && isTree(value['paths']) && value['x-conflict'] === undefined ? value['paths'] : {}
  const items = Object.entries(paths).filter(
    ([template, methods]) => template.endsWith('}') && isTree(methods) && isTree(methods['get']) && isTree(methods['put']),
  )
  return Object.fromEntries(items.map(([item]) => [parametersOf(item).at(-1)!, { item, operations: { create: `PUT ${item}` } }]))
}
