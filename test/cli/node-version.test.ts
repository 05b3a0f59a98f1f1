import { spawnSync } from 'node:child_process'
import { expect, test } from 'vitest'

const bin = new URL('../../bin/ifmatch.js', import.meta.url).pathname

function runAs(version: string): { status: number | null; stdout: string; stderr: string } {
  const pretend = `data:text/javascript,Object.defineProperty(process,'version',{value:'${version}'})`
  return spawnSync(process.execPath, ['--import', pretend, bin, '--version'], { encoding: 'utf8' })
}

test.each(['v12.22.12', 'v20.20.2', 'v22.18.0', 'v23.11.0', 'v25.2.0'])('Node %s gets one clear line', (version) => {
  const { status, stdout, stderr } = runAs(version)
  expect(stdout).toBe('')
  expect(stderr).toBe(
    `ifmatch: Node.js ^22.19.0 || ^24.0.0 || >=26.0.0 is needed, but this is ${version}; install one from https://nodejs.org\n`,
  )
  expect(status).toBe(2)
})

test.each(['v22.19.0', 'v22.23.3', 'v24.0.0', 'v26.10.0', 'v27.0.0'])('Node %s is let through', (version) => {
  const { status, stdout } = runAs(version)
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/)
  expect(status).toBe(0)
})
