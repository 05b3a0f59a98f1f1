/** `npm run build`: compiles the sources into `dist/`, copies beside them what is read at run time, and prepares the reference API. */
import { spawnSync } from 'node:child_process'
import { cpSync, globSync, rmSync, writeFileSync } from 'node:fs'
import { join, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { referenceApi } from '../spec/files.ts'
import { load } from '../spec/loader.ts'
import { prepare, preparedDialects, preparedFile } from '../spec/prepared.ts'

export const root: string = fileURLToPath(new URL('..', import.meta.url))

/** The directories that are published; what is no TypeScript in them is read at run time. */
const rooms = ['http', 'spec', 'mock', 'suites', 'reports', 'cli']

/** Builds `dist/` afresh. Throws with the compiler's words if the sources do not compile. */
export async function build(): Promise<void> {
  rmSync(join(root, 'dist'), { recursive: true, force: true })
  const compiler = fileURLToPath(import.meta.resolve('typescript/package.json')).replace('package.json', 'bin/tsc')
  const { status, stdout } = spawnSync(process.execPath, [compiler, '-p', 'tsconfig.build.json'], { cwd: root, encoding: 'utf8' })
  if (status !== 0) throw new Error(`the sources do not compile:\n${stdout}`)
  for (const file of globSync(`{${rooms.join(',')}}/**/*.{json,yaml,css,html}`, { cwd: root })) {
    cpSync(join(root, file), join(root, 'dist', file))
  }
  for (const dialects of preparedDialects) {
    const contract = await load(relative(process.cwd(), referenceApi), { dialects })
    writeFileSync(join(root, 'dist/spec', preparedFile(dialects)), prepare(contract))
  }
}

if (import.meta.main) await build()
