/** Packs, and lets publint and attw look at the real tarball. Ends with 1 if either finds something. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { root } from './build.ts'
import { pack } from './pack.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-pack-'))
try {
  const tarball = await pack(folder)
  for (const [tool, ...args] of [
    ['publint', 'run', tarball, '--strict'],
    ['attw', tarball, '--profile', 'esm-only'],
  ] as const) {
    const { status } = spawnSync(join(root, 'node_modules/.bin', tool), args, { stdio: 'inherit' })
    if (status !== 0) process.exitCode = 1
  }
} finally {
  rmSync(folder, { recursive: true, force: true })
}
