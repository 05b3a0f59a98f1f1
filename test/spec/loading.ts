import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { onTestFinished } from 'vitest'
import { type Contract, ContractError, loadContract, type Problem, type Resource } from '../../spec/index.ts'
import type { LoadOptions } from '../../spec/index.ts'

/** Writes files into a directory of their own, which goes with the test. */
export async function inDirectory(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  onTestFinished(() => rm(directory, { recursive: true }))
  for (const [name, text] of Object.entries(files)) await writeFile(path.join(directory, name), text)
  return directory
}

/** Loads a document from text, with other files beside it; options name these. */
export async function loadText(text: string, files: Record<string, string> = {}, options: LoadOptions = {}): Promise<Contract> {
  const directory = await inDirectory({ 'api.yaml': text, ...files })
  const at = (names: readonly string[] | undefined): string[] | undefined =>
    names?.map((name) => (name in files ? path.join(directory, name) : name))
  return loadContract(path.join(directory, 'api.yaml'), { overlays: at(options.overlays), dialects: at(options.dialects) })
}

/** The problems of a document that must not load, each as `file:line:column: message` with only the file's own name. */
export async function problemsOf(loading: Promise<Contract>): Promise<{ lines: string[]; problems: readonly Problem[] }> {
  try {
    await loading
  } catch (error) {
    if (!(error instanceof ContractError)) throw error
    const lines = error.problems.map(({ file, line, column, message }) => `${path.basename(file)}:${line}:${column}: ${message}`)
    return { lines, problems: error.problems }
  }
  throw new Error('this document should not have loaded')
}

/** A small API: a collection of things, each with an ETag and a version; the schema is closed. It has 21 lines. */
export const things = `openapi: 3.1.0
info: { title: Things, version: "1" }
paths:
  /things:
    post:
      parameters: [{ in: header, name: Idempotency-Key, schema: { type: string, maxLength: 64 } }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
      responses: { "201": { description: made, headers: { ETag: {} }, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }, "409": { description: taken }, "400": { description: no }, "422": { description: no } }
    get: { responses: { "200": { description: all, content: { application/json: { schema: { type: object, properties: { total: { type: integer }, things: { type: array, items: { $ref: "#/components/schemas/Thing" } } } } } } } } }
  /things/{id}:
    parameters: [{ in: path, name: id, required: true, schema: { type: string } }]
    get: { responses: { "200": { description: one, headers: { ETag: {} }, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } } } }
    put:
      parameters: [{ in: header, name: If-Match, schema: { type: string } }]
      requestBody: { content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }
      responses: { "200": { description: done, content: { application/json: { schema: { $ref: "#/components/schemas/Thing" } } } }, "412": { description: stale }, "409": { description: no } }
    delete: { responses: { "204": { description: gone } } }
  /things/{id}/ship: { post: { operationId: shipThing, responses: { "200": { description: shipped }, "409": { description: no } } } }
components:
  schemas:
    Thing: { type: object, additionalProperties: false, required: [name], properties: { id: { type: string, readOnly: true }, email: { type: string, format: email }, name: { type: string }, note: { type: string }, status: { type: string, enum: [open, shipped] }, version: { type: integer } } }
`

/** That API with what its contract says after `version: 1`, indented by two. */
export const withConflict = (said: string): string => `${things}x-conflict:\n  version: 1\n${said}`

/** The first resource of a contract. */
export const only = (contract: { resources: Map<string, Resource> }): Resource => [...contract.resources.values()][0]!

/** A guard by its name. */
export const guard = (resource: Resource, name: string): Resource['guards'][number] => resource.guards.find((each) => each.name === name)!
