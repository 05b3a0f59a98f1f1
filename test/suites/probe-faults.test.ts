import path from 'node:path'
import { expect, test } from 'vitest'
import type { Contract } from '../../spec/contract.ts'
import { recovered } from './probe/recover.ts'

/** What a probe promises of a dialect whose mock acts out a fault: the guards on writes, and what is unique. */
async function promised(name: string, fault: string): Promise<{ guards: string[]; unique: string[] }> {
  const { found } = await recovered({ name, document: path.resolve(`test/dialects/${name}.openapi.yaml`), dialects: [] }, [fault])
  return { guards: guardsOf(found), unique: [...found.resources.values()].flatMap((one) => one.unique.map((unique) => unique.name)) }
}

function guardsOf(found: Contract): string[] {
  const guards = [...found.resources.values()].flatMap((one) => one.guards)
  return guards.filter((guard) => guard.outcomes.stale && !guard.for.every((role) => role === 'read')).map(({ name }) => name)
}

const all = ['elasticsearch', 'solid', 'webdav', 'tus', 'azure-table', 'gcs', 'xapi']

test.each(all)('%s that performs stale writes: no guard is promised', async (name) => {
  expect((await promised(name, 'guard-ignored')).guards).toEqual([])
})

test.each(all)('%s that refuses stale writes and performs them all the same: no guard is promised', async (name) => {
  expect((await promised(name, 'stale-performed-but-412')).guards).toEqual([])
})

test.each(['webdav', 'xapi'])('%s that lets two items have one key: nothing is said to be unique', async (name) => {
  expect((await promised(name, 'unique-off')).unique).toEqual([])
})

test('where a read makes a new version, nothing is concluded from a version that changed', async () => {
  const document = path.resolve('test/dialects/gcs.openapi.yaml')
  const { found, questions } = await recovered({ name: 'gcs', document, dialects: [] }, ['get-writes'])
  expect(guardsOf(found)).toEqual([])
  expect(questions.join()).toContain('shows something else each time')
})
