import type { Contract } from './contract.ts'
import type { LoadOptions } from './loader.ts'
import { readPrepared } from './prepared.ts'

export { ContractError, type Problem } from './contract-error.ts'
export type * from './contract.ts'
export { referenceApi } from './files.ts'
export type { LoadOptions } from './loader.ts'

/**
 * Loads an OpenAPI document (a path or a URL; YAML or JSON; 3.0, 3.1, 3.2) with its `x-conflict`, overlays and dialects, checks all
 * of it and resolves it to a contract. Sends no request but for the documents themselves, where they are named by URL.
 *
 * @throws ContractError with everything that is wrong, each with file, line, column, value, expectation and remedy
 */
export async function loadContract(file: string, options: LoadOptions = {}): Promise<Contract> {
  const prepared = readPrepared(file, options)
  if (prepared) return prepared
  // loaded late: what is prepared needs no YAML
  const { load } = await import('./loader.ts')
  return load(file, options)
}
