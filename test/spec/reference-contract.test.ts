import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { describe, expect, onTestFinished, test } from 'vitest'
import { factsHold } from '../../spec/facts.ts'
import { loadContract, referenceApi } from '../../spec/index.ts'
import type { Contract, Guard, Mechanism, OutcomeName, Resource, Role } from '../../spec/index.ts'

const families = [
  { dialects: [], stale: 412 },
  { dialects: ['conflict409'], stale: 409 },
]

describe.each(families)('the contract of the reference API with the dialects $dialects', ({ dialects, stale }) => {
  test('promises what the descriptions say', async () => {
    const { resources, warnings } = await loadContract(referenceApi, { dialects })
    expect(warnings).toEqual([])
    const promised = [...resources.values()].map((resource) => [
      resource.name,
      mechanismsOf(resource)
        .filter((mechanism) => mechanism.for.length)
        .map((mechanism) => `${mechanism.name}: ${mechanism.for.join(' ')}`),
    ])
    expect(Object.fromEntries(promised)).toEqual({
      document: ['update: replace patch delete', 'unmodified: replace patch delete', 'fresh: read', 'freshDate: read'],
      note: ['update: replace', 'remove: delete'],
      user: ['update: replace patch delete', 'fresh: read', 'username: create replace patch', 'email: create replace patch'],
      file: ['update: replace delete create', 'createOnly: replace create', 'fresh: read'],
      payment: ['update: patch', 'fresh: read', 'idempotency: create'],
      folder: ['update: patch delete', 'items: delete', 'subfolders: delete', 'parent: create patch', 'cycle: patch'],
      item: ['update: replace delete', 'folder: create'],
      branch: ['update: replace', 'name: create', 'overlap: merge'],
      order: ['update: patch', 'lifecycle: pay ship cancel'],
    })
    const statuses = [...resources.values()].map(({ name, outcomes }) => [name, outcomes.stale?.status])
    expect(statuses).toEqual(statuses.map(([name]) => [name, [name === 'note' || name === 'branch' ? 409 : stale]]))
  })

  test('can be acted out: every refusal is documented, with an example of its name', async () => {
    expect(undocumented(await loadContract(referenceApi, { dialects }))).toEqual([])
  })
})

test('a refusal whose example or answer is taken out is missed', async () => {
  const directory = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  const overlay = path.join(directory, 'overlay.yaml')
  const actions = [
    { target: "$.paths['/payments'].post.responses['422'].content['application/problem+json'].examples.keyReused", remove: true },
    { target: "$.paths['/notes/{noteId}'].delete.responses['428']", remove: true },
    { target: '$.components.examples.Stale.value.type', remove: true },
  ]
  await writeFile(overlay, JSON.stringify({ overlay: '1.0.0', info: { title: 'Holes', version: '1' }, actions }))
  const missed = undocumented(await loadContract(referenceApi, { overlays: [overlay] }))
  expect(missed).toEqual(expect.arrayContaining(['createPayment 422 keyReused', 'deleteNote 428 missing', 'replaceUser 412 stale']))
})

/** The refusals that an operation promises and does not document, or shows no (right) example of. */
function undocumented({ resources }: Contract): string[] {
  return [...resources.values()].flatMap((resource) =>
    mechanismsOf(resource).flatMap((mechanism) => mechanism.for.flatMap((role) => undocumentedOf(resource, mechanism, role))),
  )
}

function undocumentedOf(resource: Resource, mechanism: Mechanism, role: Role): string[] {
  const { operation } = resource.operations.get(role)!
  return Object.values(mechanism.outcomes)
    .filter(({ name, status }) => status.length && canHappen(name, mechanism, role, resource))
    .filter(({ name, status: [status = 0], where }) => {
      const response = operation.responses.find((documented) => documented.status === String(status))
      if (!response || status === 304) return !response
      const body = response.content[0]?.examples.get(name)
      // Rules of different kinds share the outcome "blocked"; only one of them can have the example.
      return body === undefined || (name !== 'blocked' && !factsHold(where, { status, headers: [], body }))
    })
    .map(({ name, status }) => `${operation.operationId} ${status[0]} ${name}`)
}

function mechanismsOf({ guards, unique, idempotency, rules }: Resource): Mechanism[] {
  return [...guards, ...unique, ...(idempotency ? [idempotency] : []), ...rules]
}

/** Whether a request in this role can end so: the outcomes that are said for all resources are more than each of them can have. */
function canHappen(name: OutcomeName, mechanism: Mechanism, role: Role, { operations }: Resource): boolean {
  const guard = 'send' in mechanism ? (mechanism as Guard) : undefined
  switch (name) {
    case 'stale':
      return role !== 'read' && guard?.none === undefined
    case 'unchanged':
      return role === 'read'
    case 'missing':
      return guard?.required !== 'never' && guard?.none === undefined && role !== 'read'
    case 'exists':
      return guard?.none !== undefined
    case 'absent':
      return role === 'create' && operations.get('replace')?.operation === operations.get('create')?.operation
    case 'repeated':
      return role === 'create'
    default:
      return true
  }
}
