import path from 'node:path'
import { expect, test } from 'vitest'
import type { Contract } from '../../spec/contract.ts'
import { recovered } from './probe/recover.ts'

/** What a probe promises of a dialect whose mock acts out a fault: the guards on writes, and what is unique. */
async function promised(
  name: string,
  fault: string,
): Promise<{ guards: string[]; unique: string[]; locks: string[]; leftovers: unknown[] }> {
  const { found, leftovers } = await recovered({ name, document: path.resolve(`test/dialects/${name}.openapi.yaml`), dialects: [] }, [
    fault,
  ])
  const resources = [...found.resources.values()]
  return {
    guards: guardsOf(found),
    unique: resources.flatMap((one) => one.unique.map((unique) => unique.name)),
    leftovers,
    locks: resources.flatMap((one) => one.locks.map((lock) => lock.name)),
  }
}

function guardsOf(found: Contract): string[] {
  const guards = [...found.resources.values()].flatMap((one) => one.guards)
  return guards.filter((guard) => guard.outcomes.stale && !guard.for.every((role) => role === 'read')).map(({ name }) => name)
}

const all =
  'aip azure-storage azure-table conflict409 confluence contentful couchdb elasticsearch fhir gcs github-contents kubernetes odata rfc9110 s3 scim solid tus webdav xapi'.split(
    ' ',
  )

test.each(all)('%s that performs stale writes: no guard is promised', async (name) => {
  expect((await promised(name, 'guard-ignored')).guards).toEqual([])
})

test.each(all)('%s that refuses stale writes and performs them all the same: no guard is promised', async (name) => {
  expect((await promised(name, 'stale-performed-but-412')).guards).toEqual([])
})

test.each(['webdav', 'xapi', 'confluence', 'scim'])('%s that lets two items have one key: nothing is said to be unique', async (name) => {
  expect((await promised(name, 'unique-off')).unique).toEqual([])
})

test('where a read makes a new version, nothing is concluded from a version that changed', async () => {
  const document = path.resolve('test/dialects/gcs.openapi.yaml')
  const { found, questions } = await recovered({ name: 'gcs', document, dialects: [] }, ['get-writes'])
  expect(guardsOf(found)).toEqual([])
  expect(questions.join()).toContain('shows something else each time')
})

test.each(['lock-ignored', 'locked-but-written', 'lock-token-unknown'])('a lock that does not hold (%s) is not promised', async (fault) => {
  expect((await promised('webdav', fault)).locks).toEqual([])
})

test.each([
  ['webdav', 'create-only-ignored'],
  ['webdav', 'exists-performed-but-412'],
  ['elasticsearch', 'create-only-ignored'],
  ['elasticsearch', 'exists-performed-but-412'],
])('%s with %s: "must not exist" is not promised', async (name, fault) => {
  const { found } = await recovered({ name, document: path.resolve(`test/dialects/${name}.openapi.yaml`), dialects: [] }, [fault])
  const guards = [...found.resources.values()].flatMap((one) => one.guards)
  expect(guards.filter(({ none }) => none !== undefined)).toEqual([])
})

test.each(['rfc9110', 'azure-storage'])('%s that refuses old dates and performs the writes: no guard by date is promised', async (name) => {
  const document = path.resolve(`test/dialects/${name}.openapi.yaml`)
  const { found } = await recovered({ name, document, dialects: [] }, ['stale-date-performed-but-412'])
  const guards = [...found.resources.values()].flatMap((one) => one.guards)
  expect(guards.filter(({ match }) => match === 'not-modified-since')).toEqual([])
})

test.each(['idempotency-key', 'stripe', 'aip'])('%s that ignores keys: none is promised', async (name) => {
  const document = path.resolve(`test/dialects/${name}.openapi.yaml`)
  const { found } = await recovered({ name, document, dialects: [] }, ['key-ignored'])
  expect([...found.resources.values()].filter((one) => one.idempotency?.for.length)).toEqual([])
})

test('a lock that a second taker gets is not promised, and both are given back', async () => {
  const { locks, leftovers } = await promised('webdav', 'lock-taken-twice')
  expect([locks, leftovers]).toEqual([[], []])
})

test('a lock is asked for with an owner, which some servers want', async () => {
  const { found } = await recovered({ name: 'webdav', document: path.resolve('test/dialects/webdav.openapi.yaml'), dialects: [] })
  const [lock] = [...found.resources.values()].flatMap((one) => one.locks)
  expect(JSON.stringify(lock?.acquire.with)).toContain('<owner>')
})
