import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Result } from '../../../../reports/model.ts'
import type { Contract } from '../../../../spec/contract.ts'
import { loadContract } from '../../../../spec/index.ts'
import { type TargetConfig, withDefaults } from '../../../../suites/target.ts'
import { judge } from '../hold.ts'
import type { Bug, Habits } from './habits.ts'
import { badges, contractFile, openOffice } from './office.ts'

/** How an office is told to be, and what its contract says of it. */
export interface Case {
  habits?: Partial<Habits>
  bug?: Bug
  /** Laid over the contract's resources. */
  says?: { [resource: string]: unknown }
  target?: Partial<TargetConfig>
  /** Only the checks whose id begins so. */
  only?: string
}

/** The whole catalogue against one office. */
export async function hold({ habits, bug, says = {}, target = {}, only = '' }: Case): Promise<Result[]> {
  await using office = await openOffice(habits, bug)
  const [a, b] = Object.keys(badges).map((badge) => ({ headers: [['Authorization', `Bearer ${badge}`] as [string, string]], query: [] }))
  const identities = { a: a!, b: b! }
  const config = withDefaults({ name: 'office', urls: [office.url], contract: contractFile, seed: '1', identities, ...target })
  return (await judge({ ...config, loaded: await contractThatSays(says) }, only)).results
}

/** The contract of the office under an overlay. */
async function contractThatSays(resources: { [name: string]: unknown }): Promise<Contract> {
  const folder = mkdtempSync(path.join(tmpdir(), 'office-'))
  try {
    const file = path.join(folder, 'says.overlay.yaml')
    const actions = [{ target: "$['x-conflict']", update: { resources } }]
    writeFileSync(file, JSON.stringify({ overlay: '1.0.0', info: { title: 'What is odd', version: '1' }, actions }))
    return await loadContract(contractFile, { overlays: [file] })
  } finally {
    rmSync(folder, { recursive: true })
  }
}
