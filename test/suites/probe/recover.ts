import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { createMock } from '../../../mock/index.ts'
import { loadBare } from '../../../spec/candidates/draft.ts'
import { fitted } from '../../../spec/candidates/fit.ts'
import { writeOverlay } from '../../../spec/candidates/overlay.ts'
import type { Contract } from '../../../spec/contract.ts'
import { loadContract } from '../../../spec/index.ts'
import { probe } from '../../../suites/probe/index.ts'
import { withDefaults } from '../../../suites/target.ts'
import { hints } from './hints.ts'
import { strip } from './strip.ts'

/** A contract that the mock acts out, and that a probe must find again. */
export interface Case {
  name: string
  document: string
  dialects: string[]
}

/** Strips a document of all that it says about conflicts, and probes the mock that acts the whole one out. */
export async function recovered(
  { name, document, dialects }: Case,
  faults: string[] = [],
): Promise<{ truth: Contract; found: Contract; questions: string[]; sent: Record<string, number>; leftovers: unknown[] }> {
  const folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  const truth = await loadContract(document, { dialects })
  const mock = await createMock(truth, { seed: 'recovery', faults }).listen({ port: 0 })
  try {
    const bare = await strip(document, folder)
    const [credential] = [...truth.securitySchemes.values()].flatMap((scheme) => Object.values(scheme['x-ifmatch-identities'] ?? {}))
    const headers: [string, string][] = credential === undefined ? [] : [['Authorization', `Bearer ${String(credential)}`]]
    const config = withDefaults({ urls: [mock.url], contract: bare, headers, seed: 'recovery' })
    const { resources, sent, leftovers } = await probe(config, await loadBare(bare, hints[name]), { signal: AbortSignal.timeout(120_000) })
    const { text } = await fitted(bare, resources, (fitting, lacking) => writeOverlay('it', [], fitting, lacking))
    const overlay = path.join(folder, 'overlay.yaml')
    await writeFile(overlay, text)
    const questions = resources.flatMap((one) => one.questions)
    return { truth, found: await loadContract(bare, { overlays: [overlay] }), questions, sent: Object.fromEntries(sent), leftovers }
  } finally {
    await mock.close()
    await rm(folder, { recursive: true })
  }
}
