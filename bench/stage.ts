import { cpSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs'
import { stripTypeScriptTypes } from 'node:module'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, root } from '../package/build.ts'

/** What is measured, in a folder of its own, as it is published: compiled, since to strip types takes as long as a start. */
export interface Stage extends Disposable {
  /** The command. */
  ifmatch: string
  /** Bare node:http. */
  bare: string
}

export async function stage(): Promise<Stage> {
  await build()
  const folder = mkdtempSync(join(tmpdir(), 'ifmatch-bench-'))
  for (const path of ['bin', 'dist', 'package.json']) cpSync(join(root, path), join(folder, path), { recursive: true })
  symlinkSync(join(root, 'node_modules'), join(folder, 'node_modules'))
  const bare = join(folder, 'bare.mjs')
  writeFileSync(bare, stripTypeScriptTypes(readFileSync(new URL('bare.ts', import.meta.url), 'utf8')))
  return {
    ifmatch: join(folder, 'bin/ifmatch.js'),
    bare,
    [Symbol.dispose]: () => rmSync(folder, { recursive: true, force: true }),
  }
}
