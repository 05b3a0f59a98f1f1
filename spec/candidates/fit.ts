import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Contract } from '../contract.ts'
import { loadContract } from '../index.ts'
import { ContractError, type Problem } from '../contract-error.ts'
import { type Declaration, declarationsOf } from './declarations.ts'
import type { Finding, ResourceFindings } from './finding.ts'
import type { WrittenLine } from './overlay.ts'

/** So often a text is mended before we give up. */
const attempts = 20

/**
 * Makes sure that what is written loads: what the document has no room for becomes a comment that says so, and what it does not declare is
 * declared.
 * @param document the file or URL that the text is an Overlay of; undefined where the text is a document itself
 * @returns the text, and the contract that it is
 * @throws ContractError where the text cannot be mended
 */
export async function fitted(
  document: string | undefined,
  resources: readonly ResourceFindings[],
  write: (resources: readonly ResourceFindings[], declarations: readonly Declaration[]) => WrittenLine[],
): Promise<{ text: string; contract: Contract }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  const file = path.join(folder, 'contract.yaml')
  try {
    let left = resources
    let declarations: Declaration[] = []
    for (let attempt = 0; ; attempt++) {
      const lines = write(left, declarations)
      const text = `${lines.map((line) => line.text).join('\n')}\n`
      await writeFile(file, text)
      try {
        const contract = await loadContract(document ?? file, { overlays: document === undefined ? [] : [file] })
        const lacking = declarationsOf(contract.warnings)
        if (declarations.length || !lacking.length) return { text, contract }
        declarations = lacking
      } catch (error) {
        if (!(error instanceof ContractError)) throw error
        const doubtful = doubts(error.problems, file, lines)
        if (!doubtful.size || attempt >= attempts) throw error
        left = left.map((resource) => ({ ...resource, findings: resource.findings.map((finding) => doubted(finding, doubtful)) }))
      }
    }
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

/** The findings that stand where something is wrong, with what is wrong. */
function doubts(problems: readonly Problem[], file: string, lines: readonly WrittenLine[]): Map<Finding, string> {
  const found = new Map<Finding, string>()
  for (const { file: where, line, message } of problems) {
    // a problem of a whole map is told where the map begins
    const at = where === file ? lines.slice(line - 1).find(({ finding }) => finding?.sure) : undefined
    if (at?.finding) found.set(at.finding, message)
  }
  return found
}

function doubted(finding: Finding, doubtful: ReadonlyMap<Finding, string>): Finding {
  const why = doubtful.get(finding)
  return why === undefined
    ? finding
    : { ...finding, sure: false, because: [...finding.because, `left out, since the contract would not load: ${why}`] }
}
