import { readFileSync } from 'node:fs'
import { describe, expect, test } from 'vitest'
import { coveragePage } from '../../docs/coverage.ts'
import { catalogue } from '../../suites/index.ts'
import { beyond, requirements } from '../../suites/requirements/index.ts'

const rows = requirements.flatMap(([, group]) => group)
const checks = new Set(catalogue.map(({ id }) => id))
const serving = new Set(rows.flatMap(({ by = [], within = [] }) => [...by, ...within]))

describe('the requirements', () => {
  test('are the 150 of the catalogue, each once', () => {
    expect(new Set(rows.map(({ id }) => id)).size).toBe(150)
    expect(rows.length).toBe(150)
  })

  test('name only checks that there are', () => {
    expect([...serving, ...Object.keys(beyond)].filter((id) => !checks.has(id))).toEqual([])
  })

  test('are what every check is there for, or the check says why it exists', () => {
    expect([...checks].filter((id) => !serving.has(id) && beyond[id] === undefined)).toEqual([])
    expect(Object.keys(beyond).filter((id) => serving.has(id))).toEqual([])
  })

  test('are all held, or it is said why nothing outside can tell', () => {
    const open = rows.filter(({ by = [], within = [], outside }) => by.length + within.length === 0 && !outside)
    expect(open.map(({ id }) => id)).toEqual([])
  })

  test('that are worth a failure all have a check of their own, or several that see them', () => {
    const failing = rows.filter(({ severity }) => severity === 'fail')
    expect(failing.filter(({ outside }) => outside !== undefined).map(({ id }) => id)).toEqual([])
  })

  test('are not both held and out of reach', () => {
    expect(rows.filter(({ by, within, outside }) => outside !== undefined && (by ?? within)).map(({ id }) => id)).toEqual([])
  })

  test('are on the page as they are', () => {
    expect(readFileSync(new URL('../../docs/coverage.md', import.meta.url), 'utf8'), 'run node docs/coverage.ts').toBe(coveragePage())
  })
})
