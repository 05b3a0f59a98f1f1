import { readFileSync } from 'node:fs'
import { Ajv2020 } from 'ajv/dist/2020.js'
import { describe, expect, test } from 'vitest'
import { parse } from 'yaml'
import { refusals } from '../../spec/contract.ts'
import type { Member } from './examples.ts'

const read = (path: string): string => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8')
const page = read('docs/contract.md')
const schema: Member = JSON.parse(read('spec/x-conflict.schema.json'))
const fits = new Ajv2020({ strict: false }).compile(schema)

/** The YAML of the page: whole contracts as they are, fragments as what a root would say. */
const blocks = [...page.matchAll(/^```yaml\n([^]*?)^```$/gm)]
  .map(([, text]) => parse(text!) as Member)
  .filter((block) => !('overlay' in block || 'components' in block))
const contracts = blocks.map((block) => block['x-conflict'] ?? { version: 1, ...block })

describe('docs/contract.md', () => {
  test.each(contracts.map((contract, at) => [at + 1, contract] as const))('shows YAML that the schema takes (%i)', (_, contract) => {
    expect(fits(contract), JSON.stringify(fits.errors)).toBe(true)
  })

  test('would not pass with a key that the schema does not know', () => {
    expect(contracts.length).toBeGreaterThan(10)
    expect(fits({ ...contracts[0], lock: {} })).toBe(false)
    expect(fits({ ...contracts[0], guards: { update: { sends: '$request.header.If-Match' } } })).toBe(false)
  })

  test('explains every word of the schema', () => {
    const words = new Set<string>([...refusals, 'done'])
    collect(schema['$defs'], words)
    expect(words.size).toBeGreaterThan(100)
    const said = new Set([...page.matchAll(/[$\w-]+/g)].map(([word]) => word))
    expect([...words].filter((word) => !said.has(word))).toEqual([])
  })
})

/** All keys and all values of enumerations below a schema. */
function collect(at: unknown, words: Set<string>): void {
  if (typeof at !== 'object' || at === null) return
  const { properties, enum: values } = at as Member
  if (typeof properties === 'object' && properties !== null) for (const name of Object.keys(properties)) words.add(name)
  if (Array.isArray(values)) for (const value of values) words.add(String(value))
  for (const member of Object.values(at)) collect(member, words)
}
