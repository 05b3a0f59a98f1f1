import { parsePointer } from '../../http/pointer.ts'
import type { Json, Schema } from '../../spec/contract.ts'
import { parsePlace } from '../../spec/places.ts'
import { isArray, propertiesOf } from '../../spec/schemas.ts'
import { mediaType } from '../kit/whole.ts'
import type { Subject } from './subject.ts'

/** The `schemas` of a SCIM patch (RFC 7644 §3.5.2). */
const scimPatch = 'urn:ietf:params:scim:api:messages:2.0:PatchOp'

/**
 * The body of a patch that is a list of operations within a map, as far as its schema shows one: a member that lists maps with `op`, `path`
 * and `value`. From then on every patch of the resource is sent like this.
 * @returns the call, as a contract says it; undefined where the patch is a plain one
 */
export function shapePatch(subject: Subject): Json | undefined {
  const { resource, scene } = subject
  const { deref } = scene.session.target.loaded
  const call = resource.operations.get('patch')
  const type = call && mediaType(call.operation, 'patch')
  if (!call || type?.schema === undefined || !resource.marker) return undefined
  const members = propertiesOf(type.schema, deref)
  const list = Object.entries(members).find(([, schema]) => isOperations(deref(schema), deref))?.[0]
  if (list === undefined) return undefined
  const isScim = type.type === 'application/scim+json'
  const path = isScim ? parsePointer(resource.marker).join('.') : resource.marker
  const shape: Json = {
    ...(isScim && 'schemas' in members ? { schemas: [scimPatch] } : {}),
    [list]: [{ op: 'replace', path, value: '$marker' }],
  }
  resource.operations.set('patch', { ...call, with: [...call.with, { place: parsePlace('$request.body'), is: { equals: shape } }] })
  return { call: `${call.operation.method} ${call.operation.path}`, with: { '$request.body': shape } }
}

/** Is a patch of this resource sent in a shape of its own, so that nothing can be put at a member of it? */
export function isShaped({ resource }: Subject): boolean {
  return resource.operations.get('patch')?.with.some(({ place }) => place.written === '$request.body') ?? false
}

function isOperations(schema: Schema, deref: (schema: Schema) => Schema): boolean {
  if (typeof schema !== 'object' || !isArray(schema) || schema['items'] === undefined) return false
  const members = Object.keys(propertiesOf(schema['items'] as Schema, deref))
  return ['op', 'path', 'value'].every((name) => members.includes(name))
}
