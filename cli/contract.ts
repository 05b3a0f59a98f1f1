import type { Contract } from '../spec/contract.ts'
import type { Problem } from '../spec/index.ts'
import { wrongUsage } from './failure.ts'

type Spec = typeof import('../spec/index.ts')

/**
 * Loads a contract; what is wrong with it becomes one line a problem.
 *
 * @param file an OpenAPI document; undefined: the reference API
 */
export async function readContract(
  file: string | undefined,
  options: { overlay?: string[]; dialect?: string[] },
): Promise<{ contract: Contract } & Spec> {
  const spec = await import('../spec/index.ts')
  try {
    const contract = await spec.loadContract(file ?? spec.referenceApi, { overlays: options.overlay, dialects: options.dialect })
    return { contract, ...spec }
  } catch (error) {
    if (error instanceof spec.ContractError) throw wrongUsage(error.problems.map(told).join('\n'), error)
    throw error
  }
}

/** What has no file was said on the command line. */
function told({ file, line, column, message }: Problem): string {
  return `${file === '' ? '--dialect' : `${file}:${line}:${column}`}: ${message}`
}
