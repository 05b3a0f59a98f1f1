import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'
import { pages, pagesAsTheyAre } from '../../docs/pages.ts'
import { catalogue } from '../../suites/index.ts'
import { recipes } from '../../suites/kit/recipe.ts'

test('every check has its page, no page has lost its check, and all are up to date', async () => {
  const made = await pages()
  const there = pagesAsTheyAre()
  expect([...there.keys()].toSorted(), 'npm run docs').toEqual([...made.keys()].toSorted())
  for (const [path, text] of made) expect.soft(there.get(path), `${path} is old: npm run docs`).toBe(text)
})

test('every check names its recipe, and every recipe mends something', () => {
  expect(catalogue.filter(({ recipe }) => recipe === undefined).map(({ id }) => id)).toEqual([])
  expect(recipes.filter((name) => !catalogue.some(({ recipe }) => recipe === name))).toEqual([])
})

test.for(recipes)('the recipe %s shows several stacks', (name) => {
  const text = readFileSync(new URL(`../../docs/recipes/${name}.md`, import.meta.url), 'utf8')
  expect(text).toMatch(/^# [A-Z]/)
  expect(text.match(/^ *```\w+$/gm)!.length).toBeGreaterThan(1)
})
