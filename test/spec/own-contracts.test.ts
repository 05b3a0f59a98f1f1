import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { Ajv2020 } from 'ajv/dist/2020.js'
import fc from 'fast-check'
import { expect, test } from 'vitest'
import { parse } from 'yaml'
import { formatPointer, readPointer, writePointer } from '../../http/pointer.ts'
import { builtInDialects } from '../../spec/dialects.ts'
import { ContractError, loadContract, referenceApi } from '../../spec/index.ts'
import { inDirectory, loadText, things } from './loading.ts'
import { writeFile } from 'node:fs/promises'

const inSpec = (name: string): string => fileURLToPath(new URL(`../../spec/${name}`, import.meta.url))
const schema = JSON.parse(readFileSync(inSpec('x-conflict.schema.json'), 'utf8')) as object

// What comes with ifmatch is not held against the schema in every run; it is held against it here.
test.each([referenceApi, ...builtInDialects().map((name) => inSpec(`dialects/${name}.yaml`))])('%s fits the schema', (file) => {
  const validate = new Ajv2020({ strict: false }).compile(schema)
  const { 'x-conflict': said } = parse(readFileSync(file, 'utf8')) as { 'x-conflict': unknown }
  expect(validate(said), JSON.stringify(validate.errors)).toBe(true)
})

test.each(builtInDialects())('a document that only extends %s loads, and is shown its name', async (name) => {
  expect((await loadText(`${things}x-conflict: { version: 1, extends: ${name} }\n`)).dialects).toContain(name)
})

test('a copy of the reference API loads as any document does, to the same promises', async () => {
  const directory = await inDirectory({ 'copy.yaml': readFileSync(referenceApi, 'utf8') })
  const [own, copy] = await Promise.all([loadContract(referenceApi), loadContract(`${directory}/copy.yaml`)])
  expect(copy.digest).toBe(own.digest)
})

test('whatever stands in a document, there is a contract or a ContractError, never anything else', async () => {
  const document = parse(`${things}x-conflict: { version: 1, extends: [rfc9110, idempotency-key] }\n`) as object
  const spots: string[] = []
  const walk = (at: unknown, path: string[]): void => {
    if (path.length) spots.push(formatPointer(path))
    if (typeof at === 'object' && at !== null) for (const [key, inner] of Object.entries(at)) walk(inner, [...path, key])
  }
  walk(document, [])
  const directory = await inDirectory({})
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom(...spots),
      fc.oneof(fc.jsonValue({ maxDepth: 2 }), fc.constant({ $ref: '#/paths' }), fc.constant({ $ref: '#/nowhere/%zz' })),
      async (spot, value) => {
        expect(readPointer(document, spot)).toBeDefined()
        await writeFile(`${directory}/api.json`, JSON.stringify(writePointer(document, spot, value)))
        try {
          await loadContract(`${directory}/api.json`)
        } catch (error) {
          expect(error, `${spot} = ${JSON.stringify(value)}`).toBeInstanceOf(ContractError)
        }
      },
    ),
    { seed: 30, numRuns: 120 },
  )
})
