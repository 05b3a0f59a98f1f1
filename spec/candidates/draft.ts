import type { Contract } from '../contract.ts'
import { specFile } from '../files.ts'
import { loadContract } from '../index.ts'
import { markOf, positionOf } from '../marks.ts'
import { ContractError } from '../contract-error.ts'

/** An overlay that gives a document a contract in which nothing is promised. */
const bareOverlay: string = specFile('candidates/bare.overlay.yaml')

/**
 * A document without a contract, read for its resources: paths, roles, identity, sample, marker. Nothing in it is promised.
 * @throws ContractError as `loadContract` does, and where the document has a contract already
 */
export async function loadBare(document: string): Promise<Contract> {
  const contract = await loadContract(document, { overlays: [bareOverlay] })
  const said = contract.document['x-conflict'] as object
  if (Object.keys(said).some((key) => key !== 'version')) {
    const at = positionOf(markOf(contract.document, 'x-conflict'))
    const message = `the document has an x-conflict already, so there is nothing to begin; \`ifmatch show ${document}\` prints it`
    throw new ContractError([{ ...at, value: 'x-conflict', expected: 'a document without x-conflict', message }])
  }
  return contract
}
