import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { ContractError } from '../contract-error.ts'
import type { Contract } from '../contract.ts'
import { loadContract } from '../index.ts'
import { markOf, positionOf } from '../marks.ts'
import { readSource } from '../source.ts'
import { isTree, type Tree } from '../tree.ts'
import { type Hint, hinted, lonely, type Structure, structureOf } from './structure.ts'

/**
 * A document without a contract, read for its resources: paths, roles, identity, sample, marker. Nothing in it is promised. Where the
 * paths show no resource, a path that ends in a parameter and has GET and PUT is taken for one whose PUT creates.
 * @param hint a resource that the paths do not show
 * @throws ContractError as `loadContract` does, and where the document has a contract already; SyntaxError where the hint names no path of it
 */
export async function loadBare(document: string, hint: Hint = {}): Promise<Contract> {
  const file = /^https?:/.test(document) ? document : path.resolve(document)
  const { value } = await readSource(file, document, 'contract')
  const said = isTree(value) ? value['x-conflict'] : undefined
  if (said !== undefined) {
    const at = positionOf(markOf(value, 'x-conflict'))
    const message = `the document has an x-conflict already, so there is nothing to begin; \`ifmatch show ${document}\` prints it`
    throw new ContractError([{ ...at, value: 'x-conflict', expected: 'a document without x-conflict', message }])
  }
  const paths: Tree = isTree(value) && isTree(value['paths']) ? value['paths'] : {}
  const resources = { ...structureOf(paths), ...hinted(hint, paths) }
  try {
    return await loadWith(document, resources)
  } catch (error) {
    const alone = error instanceof ContractError && !Object.keys(resources).length ? lonely(paths) : {}
    if (!Object.keys(alone).length) throw error
    return loadWith(document, alone).catch(() => {
      throw error
    })
  }
}

/** The document with a contract that promises nothing. */
async function loadWith(document: string, resources: Structure): Promise<Contract> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  const file = path.join(folder, 'bare.overlay.yaml')
  try {
    const actions = [{ target: '$', update: { 'x-conflict': { version: 1, ...(Object.keys(resources).length && { resources }) } } }]
    await writeFile(file, JSON.stringify({ overlay: '1.0.0', info: { title: 'bare', version: '1' }, actions }))
    return await loadContract(document, { overlays: [file] })
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}
