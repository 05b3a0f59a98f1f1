/** `npm run package`: builds, and packs what users install. Prints the path of the tarball. */
import { spawnSync } from 'node:child_process'
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build, root } from './build.ts'

/** What of the manifest concerns only those who work on ifmatch. */
const ours = ['scripts', 'devDependencies', 'optionalDependencies', 'scarfSettings', 'allowScripts']

/** Builds and packs into `folder`; returns the tarball's path. The manifest in it has nothing that only development needs. */
export async function pack(folder: string): Promise<string> {
  await build()
  mkdirSync(folder, { recursive: true })
  const stage = mkdtempSync(join(tmpdir(), 'ifmatch-stage-'))
  try {
    const manifest = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')) as Record<string, unknown>
    for (const key of ours) delete manifest[key]
    writeFileSync(join(stage, 'package.json'), `${JSON.stringify(manifest, null, 2)}\n`)
    for (const path of ['bin', 'dist', 'docs', 'README.md', 'CHANGELOG.md', 'LICENSE'])
      cpSync(join(root, path), join(stage, path), { recursive: true })
    const { status, stdout, stderr } = spawnSync('npm', ['pack', '--json', '--ignore-scripts', '--pack-destination', folder], {
      cwd: stage,
      encoding: 'utf8',
    })
    if (status !== 0) throw new Error(`npm pack failed:\n${stderr}`)
    const packed = JSON.parse(stdout) as { filename: string }[]
    return join(folder, packed[0]!.filename)
  } finally {
    rmSync(stage, { recursive: true, force: true })
  }
}

if (import.meta.main) console.log(await pack(root))
