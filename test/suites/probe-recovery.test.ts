import { globSync } from 'node:fs'
import path from 'node:path'
import { afterAll, expect, test } from 'vitest'
import type { Contract } from '../../spec/contract.ts'
import { referenceApi } from '../../spec/index.ts'
import { type Comparison, compared, type Knob, settingOf } from './probe/knobs.ts'
import { type Case, recovered } from './probe/recover.ts'
import { mostRequests } from './probe/requests.ts'

const cases: Case[] = [
  { name: 'reference', document: referenceApi, dialects: [] },
  { name: 'reference 409', document: referenceApi, dialects: ['conflict409'] },
  ...globSync('test/dialects/*.openapi.yaml')
    .toSorted()
    .map((document) => ({ name: path.basename(document, '.openapi.yaml'), document: path.resolve(document), dialects: [] })),
]

interface Row {
  knob: string
  truth: string
  found: string
  is: Comparison
}

const tables = new Map<string, { rows: Row[]; questions: string[]; sent: Record<string, number> }>()

/** Of so many knobs so many were found again. */
function share(rows: readonly Row[]): number {
  const asked = rows.filter(({ truth }) => truth !== '')
  return asked.length ? asked.filter(({ is }) => is === 'recovered').length / asked.length : 1
}

function table(truth: Contract, found: Contract): Row[] {
  const [told, seen] = [settingOf(truth), settingOf(found)]
  return [...new Set([...told.keys(), ...seen.keys()])].map((at) => {
    const is = compared(at.split(' ').at(-1) as Knob, told.get(at), seen.get(at))
    return {
      knob: at,
      truth: told.has(at) ? JSON.stringify(told.get(at)) : '',
      found: seen.has(at) ? JSON.stringify(seen.get(at)) : '',
      is,
    }
  })
}

test.each(cases)('a probe finds again what $name promises, and promises nothing else', async (one) => {
  const { truth, found, questions, sent } = await recovered(one)
  const rows = table(truth, found)
  tables.set(one.name, { rows, questions, sent })
  // what is written is at one with its document
  expect(found.warnings.flatMap(({ lacks }) => lacks ?? [])).toEqual([])
  expect(rows.filter(({ is }) => is === 'invented')).toEqual([])
  expect(share(rows)).toBeGreaterThanOrEqual(0.75)
  const allowed = mostRequests[one.name] ?? {}
  expect(Object.entries(sent).filter(([resource, count]) => count > (allowed[resource] ?? 0))).toEqual([])
})

test('over all of them, nine in ten knobs are found', () => {
  const rows = [...tables.values()].flatMap((one) => one.rows)
  expect(rows.length).toBeGreaterThan(0)
  expect(share(rows)).toBeGreaterThanOrEqual(0.9)
})

afterAll(() => {
  const all = [...tables.values()].flatMap((one) => one.rows).filter(({ truth }) => truth !== '')
  console.log(`${'all'.padEnd(18)} ${String(all.length).padStart(4)} knobs  ${(share(all) * 100).toFixed(1).padStart(5)} %`)
  for (const [name, { rows, questions, sent }] of tables) {
    const requests = Object.entries(sent).map(([resource, count]) => `${resource} ${count}`)
    const asked = rows.filter(({ truth }) => truth !== '')
    const count = (is: Comparison): number => rows.filter((row) => row.is === is).length
    console.log(
      `${name.padEnd(18)} ${String(asked.length).padStart(4)} knobs  ${(share(rows) * 100).toFixed(1).padStart(5)} %  ${count('invented')} invented; requests: ${requests.join(', ')}`,
    )
    for (const { knob, truth, found, is } of rows)
      if (is !== 'recovered') console.log(`  ${is.padEnd(9)} ${knob}: ${truth || '–'} ${found && `← ${found}`}`)
    for (const question of questions) console.log(`  asks: ${question}`)
  }
})
