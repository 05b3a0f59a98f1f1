import { spawn } from 'node:child_process'
import { mkdtemp, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Report } from '../../reports/model.ts'

/** A run of `ifmatch test` on an example. */
export interface Held {
  report: Report
  /** The JSON report as it was written. */
  text: string
  /** What the terminal showed. */
  printed: string
  code: number | null
}

const root = path.resolve(import.meta.dirname, '../..')

/** Runs `ifmatch test` on a target file of `examples/` in a process of its own, as people do. @param more arguments */
export async function holdAgainst(target: string, env: Record<string, string>, more: string[] = []): Promise<Held> {
  const directory = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  try {
    const file = path.join(directory, 'report.json')
    const args = [
      path.join(root, 'bin/ifmatch.js'),
      'test',
      path.join(root, 'examples', target),
      '--seed',
      'examples',
      '--report',
      `json=${file}`,
      ...more,
    ]
    const child = spawn(process.execPath, args, { env: { ...process.env, ...env }, stdio: ['ignore', 'pipe', 'pipe'] })
    let printed = ''
    child.stdout.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    child.stderr.on('data', (chunk: Buffer) => (printed += chunk.toString()))
    const code = await new Promise<number | null>((resolve, reject) => child.once('error', reject).once('close', resolve))
    const text = await readFile(file, 'utf8').catch(() => {
      throw new Error(`no report was written; the terminal shows:\n${printed}`)
    })
    return { report: JSON.parse(text) as Report, text, printed, code }
  } finally {
    await rm(directory, { recursive: true, force: true })
  }
}

/** Verdicts by check and resource, a line a check, as `expected.json` has them; what applies to no resource stands under `""`. */
export function verdictsOf({ results }: Report): string {
  const checks = Map.groupBy(results, ({ check }) => check)
  const lines = [...checks].map(([check, list]) => {
    const verdicts = list.map(({ resource, verdict }) => `${JSON.stringify(resource ?? '')}: ${JSON.stringify(verdict)}`)
    return `  ${JSON.stringify(check)}: { ${verdicts.join(', ')} }`
  })
  return `{\n${lines.toSorted().join(',\n')}\n}\n`
}
