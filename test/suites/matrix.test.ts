import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { faults } from '../../mock/index.ts'
import { catalogue } from '../../suites/index.ts'
import { passElsewhere } from './built-in.ts'
import { foundBy, type Homes, narrow, pinnedHomes, pinnedMatrix } from './matrix.ts'

const matrix = JSON.parse(readFileSync(pinnedMatrix, 'utf8')) as Record<string, string[]>
const homes = JSON.parse(readFileSync(pinnedHomes, 'utf8')) as Homes
const remedy = 'node bench/matrix.ts --write --missing'

const rows = faults.map(({ name }) => name).filter((name) => !narrow.includes(name))

/** All of them take half an hour (`bench/matrix.ts` compares them); these are about one of each family. */
const held = rows.filter((_, at) => at % 12 === 0)

/** A few beside each other: most of the time locks are waited for until they are over. */
const few = Array.from({ length: Math.ceil(held.length / 4) }, (_, at): [string[]] => [held.slice(at * 4, at * 4 + 4)])

describe('the matrix of faults and checks', () => {
  test(`has a row for each fault; if not: ${remedy}`, () => {
    expect(Object.keys(matrix).sort()).toEqual(rows.toSorted())
  })

  test(`knows where each check passes; if not: ${remedy}`, () => {
    expect([...Object.keys(homes), ...passElsewhere].sort()).toEqual(catalogue.map(({ id }) => id).sort())
  })

  test.for(catalogue)('$id finds what it names', ({ id, catches }) => {
    expect(catches.filter((fault) => !narrow.includes(fault) && !matrix[fault]?.includes(id))).toEqual([])
  })

  test.for(few)('%j are found by the checks that are pinned, and by no others', async ([names]) => {
    const found = await Promise.all(names.map(async (name) => [name, await foundBy(name, homes)]))
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(names.map((name) => [name, matrix[name]])))
  })
})
