import { readFileSync } from 'node:fs'
import { beforeAll, describe, expect, test } from 'vitest'
import { faults } from '../../mock/index.ts'
import { catalogue } from '../../suites/index.ts'
import { passElsewhere } from './built-in.ts'
import { foundBy, type Homes, narrow, pinnedHomes, pinnedMatrix, type Reach, reachOf } from './matrix.ts'

const matrix = JSON.parse(readFileSync(pinnedMatrix, 'utf8')) as Record<string, string[]>
const homes = JSON.parse(readFileSync(pinnedHomes, 'utf8')) as Homes
const remedy = 'node bench/matrix.ts --write --missing'

const rows = faults.map(({ name }) => name).filter((name) => !narrow.includes(name))

/** Some beside each other: half of the time something is waited for, as locks until they are over. */
const few = Array.from({ length: Math.ceil(rows.length / 18) }, (_, at): [string[]] => [rows.slice(at * 18, at * 18 + 18)])

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

  let reach: Reach
  beforeAll(async () => {
    reach = await reachOf(homes)
  })

  test.for(few)('%j are found by the checks that are pinned, and by no others', async ([names]) => {
    const found = await Promise.all(names.map(async (name) => [name, await foundBy(name, homes, reach)]))
    expect(Object.fromEntries(found)).toEqual(Object.fromEntries(names.map((name) => [name, matrix[name]])))
  })
})
