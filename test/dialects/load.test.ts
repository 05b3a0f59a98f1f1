import { readdirSync, readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { builtInDialects } from '../../spec/dialects.ts'
import { loadContract } from '../../spec/index.ts'
import { promisesOf } from './promises.ts'

const at = (path: string): string => fileURLToPath(new URL(path, import.meta.url))
const dialect = (name: string): string => readFileSync(at(`../../spec/dialects/${name}.yaml`), 'utf8')

/** What each dialect rests on, and what it promises of an API whose document is in this directory. */
const expected: Record<string, { evidence: 'wire' | 'specified' | 'documented'; promises: string[] }> = {
  aip: {
    evidence: 'documented',
    promises: [
      'shelf: unique id for create: duplicate 409',
      'shelf: has-children notEmpty for delete: blocked 400',
      'book: update, equal, for patch: stale 409, missing 400',
      'book: delete, equal, for delete: stale 409, missing 400',
      'book: unique id for create: duplicate 409',
      'book: key, replay or current, for create: ',
    ],
  },
  'azure-storage': {
    evidence: 'wire',
    promises: [
      'blob: update, strong, for create, delete, replace: stale 412, absent 412/404, exists 409, unchanged 304',
      'blob: createOnly, differs, for create, replace: stale 412, absent 412/404, exists 409, unchanged 304',
      'blob: unmodified, not-modified-since, for create, delete, replace: stale 412, absent 412/404, exists 409, unchanged 304',
      'blob: fresh, differs, for read: stale 412, absent 412/404, exists 409, unchanged 304',
      'blob: freshDate, modified-since, for read: stale 412, absent 412/404, exists 409, unchanged 304',
      'blob: lock lease for create, delete, replace: locked 412, lockLost 412, exists 409',
    ],
  },
  'azure-table': {
    evidence: 'wire',
    promises: [
      'entity: update, weak, for replace: stale 412, missing done, absent 404',
      'entity: delete, weak, required always, for delete: stale 412, missing 400, absent 404',
      'entity: unique keys for create: duplicate 409',
    ],
  },
  conflict409: {
    evidence: 'documented',
    promises: ['article: update, strong, required always, for replace: stale 409, missing 428, absent 404/412, exists 412, unchanged 304'],
  },
  confluence: {
    evidence: 'documented',
    promises: [
      'page: update, successor, required always, for replace: stale 409, missing 400',
      'page: unique title for create, replace: duplicate 400',
    ],
  },
  contentful: { evidence: 'documented', promises: ['entry: version, equal, for replace: stale 409, exists 409/422'] },
  couchdb: {
    evidence: 'wire',
    promises: [
      'doc: write, equal, for create, delete, replace: stale 409, malformed 400, disagree 400, absent 409, exists 409, unchanged 304',
      'doc: fresh, differs, for read: stale 409, malformed 400, disagree 400, absent 409, exists 409, unchanged 304',
      'doc: bulk of create, replace, delete',
    ],
  },
  elasticsearch: {
    evidence: 'documented',
    promises: [
      'doc: seq, equal, for create, delete, replace: stale 409, malformed 400, partial 400, absent 409, exists 409',
      'doc: createOnly, equal, for create, replace: stale 409, malformed 400, partial 400, absent 409, exists 409',
    ],
  },
  fhir: {
    evidence: 'specified',
    promises: [
      'patient: update, equal, required always, for replace: stale 412/409, missing 400/412, absent 412/404/409, unchanged 304',
      'patient: fresh, differs, for read: stale 412/409, missing 400/412, absent 412/404/409, unchanged 304',
      'patient: unique record for create: duplicate 200, repeated 200',
      'patient: has-children referenced for delete: blocked 409',
    ],
  },
  gcs: {
    evidence: 'documented',
    promises: [
      'object: generation, equal, for create, delete, replace: stale 412, absent 412/404, exists 412',
      'object: metageneration, equal, for delete, patch: stale 412, absent 412/404, exists 412',
    ],
  },
  'github-contents': {
    evidence: 'documented',
    promises: ['file: sha, equal, for create, delete, replace: stale 409, absent done, exists 422'],
  },
  'idempotency-key': {
    evidence: 'specified',
    promises: ['payment: key, replay, for create: keyMissing 400, keyReused 422, keyInFlight 409'],
  },
  jsonapi: {
    evidence: 'specified',
    promises: [
      'article: unique id for create: duplicate 409',
      'article: mismatch idMismatch for patch: blocked 409',
      'article: described wrongType for create: blocked 409',
    ],
  },
  kubernetes: {
    evidence: 'documented',
    promises: [
      'configmap: write, equal, for patch, replace: stale 409',
      'configmap: delete, equal, for delete: stale 409',
      'configmap: unique name for create: duplicate 409',
      'configmap: described ownership for patch: blocked 409',
    ],
  },
  odata: {
    evidence: 'specified',
    promises: [
      'book: update, weak, required always, for delete, patch, replace: stale 412, missing 428, absent 412/404, exists 412, unchanged 304',
      'book: fresh, differs, for read: stale 412, missing 428, absent 412/404, exists 412, unchanged 304',
      'book: unique key for create: duplicate 409/400',
      'book: bulk of replace, delete',
    ],
  },
  rfc9110: {
    evidence: 'specified',
    promises: [
      'note: update, strong, for delete, replace: stale 412, missing 428, absent 404/412, exists 412, unchanged 304',
      'note: createOnly, differs, for replace: stale 412, missing 428, absent 404/412, exists 412, unchanged 304',
      'note: unmodified, not-modified-since, for replace: stale 412, missing 428, absent 404/412, exists 412, unchanged 304',
      'note: fresh, differs, for read: stale 412, missing 428, absent 404/412, exists 412, unchanged 304',
      'note: freshDate, modified-since, for read: stale 412, missing 428, absent 404/412, exists 412, unchanged 304',
    ],
  },
  s3: {
    evidence: 'documented',
    promises: [
      'object: update, strong, for create, delete, replace: stale 412, absent 404, exists 412, contended 409, unchanged 304',
      'object: createOnly, differs, for create, replace: stale 412, absent 404, exists 412, contended 409, unchanged 304',
      'object: fresh, differs, for read: stale 412, absent 404, exists 412, contended 409, unchanged 304',
    ],
  },
  scim: {
    evidence: 'specified',
    promises: [
      'user: update, weak, for delete, patch, replace: stale 412, unchanged 304',
      'user: fresh, differs, for read: stale 412, unchanged 304',
      'user: unique userName for create, replace: duplicate 409',
      'user: bulk of create, replace, delete',
    ],
  },
  solid: {
    evidence: 'wire',
    promises: [
      'container: has-children notEmpty for delete: blocked 409',
      'resource: update, strong, for create, delete, replace: stale 412, missing 428, absent 404/412, exists 412, unchanged 304',
      'resource: createOnly, differs, for create, replace: stale 412, missing 428, absent 404/412, exists 412, unchanged 304',
      'resource: fresh, differs, for read: stale 412, missing 428, absent 404/412, exists 412, unchanged 304',
    ],
  },
  stripe: {
    evidence: 'documented',
    promises: ['customer: key, replay, for create: repeated as the success, keyReused 400, keyInFlight 409'],
  },
  tus: {
    evidence: 'wire',
    promises: [
      'upload: append, equal, required always, for patch: stale 409, missing 403/400/409, malformed 400/409',
      'upload: described protocol for patch: blocked 412',
    ],
  },
  webdav: {
    evidence: 'wire',
    promises: [
      'folder: unique name for create: duplicate 405',
      'file: update, strong, for create, delete, replace: stale 412, absent 404/412, exists 412, unchanged 304',
      'file: createOnly, differs, for create, replace: stale 412, absent 404/412, exists 412, unchanged 304',
      'file: fresh, differs, for read: stale 412, absent 404/412, exists 412, unchanged 304',
      'file: overwrite, equal, for copy: stale 412, absent 404/412, exists 412, unchanged 304',
      'file: lock exclusive for create, delete, replace: locked 423, lockLost 412, exists 423',
      'file: parent-missing noFolder for create, replace: blocked 409',
    ],
  },
  xapi: {
    evidence: 'specified',
    promises: [
      'profile: update, strong, required if-exists, for create, replace: stale 412, missing 409, absent 412, exists 412, unchanged 304',
      'profile: delete, strong, for delete: stale 412, missing 409, absent 412, exists 412, unchanged 304',
      'profile: createOnly, differs, for create, replace: stale 412, missing 409, absent 412, exists 412, unchanged 304',
      'profile: fresh, differs, for read: stale 412, missing 409, absent 412, exists 412, unchanged 304',
      'statement: unique id for create: duplicate 409/204, repeated 204/409',
    ],
  },
}

test('every dialect has a document, and every document a dialect', () => {
  const documents = readdirSync(at('.'))
    .filter((file) => file.endsWith('.openapi.yaml'))
    .map((file) => file.replace('.openapi.yaml', ''))
  expect(documents.toSorted()).toEqual(builtInDialects())
  expect(Object.keys(expected).toSorted()).toEqual(builtInDialects())
})

describe.each(Object.entries(expected))('%s', (name, { evidence, promises }) => {
  test('says what it rests on, and names its sources first', () => {
    const text = dialect(name)
    expect((parse(text) as { 'x-conflict': object })['x-conflict']).toMatchObject({ version: 1, evidence })
    expect(text).toMatch(/^# /)
  })

  test('its document loads without a warning, to these promises', async () => {
    const contract = await loadContract(at(`./${name}.openapi.yaml`))
    expect(contract.dialects).toContain(name)
    expect(contract.warnings).toEqual([])
    expect(promisesOf(contract)).toEqual(promises)
  })

  test('every item of its document can be made, told from others and read or given up', async () => {
    const { resources } = await loadContract(at(`./${name}.openapi.yaml`))
    for (const resource of resources.values()) {
      expect([...resource.operations.keys()]).toEqual(expect.arrayContaining(['create', 'read']))
      expect(resource.identity.size).toBeGreaterThan(0)
      const isPlain = resource.payload.read === false || resource.marker !== undefined
      expect(isPlain, resource.name).toBe(true)
    }
  })
})
