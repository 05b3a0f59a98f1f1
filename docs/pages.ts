/**
 * Writes the pages that are made from the checks and the faults: `docs/checks/`, `docs/faults.md` and the list of recipes.
 *
 *     npm run docs
 */
import { globSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { faults } from '../mock/index.ts'
import { catalogue } from '../suites/index.ts'
import { recipes } from '../suites/kit/recipe.ts'
import { checkIndex, checkPage, recipeIndex } from './check-page.ts'
import { pinnedMatrix } from '../test/suites/matrix.ts'
import { faultsPage } from './faults-page.ts'
import { stepsOfAll } from './steps.ts'

const folder = fileURLToPath(new URL('.', import.meta.url))

/** Every page as it should be, by path below `docs/`. */
export async function pages(): Promise<Map<string, string>> {
  const steps = await stepsOfAll()
  const titles = new Map(recipes.map((name) => [name, recipeTitle(name)]))
  return new Map([
    ['checks/README.md', checkIndex(catalogue)],
    ['recipes/README.md', recipeIndex(titles)],
    ['faults.md', faultsPage(faults, catalogue, JSON.parse(readFileSync(pinnedMatrix, 'utf8')))],
    ...catalogue.map((check): [string, string] => {
      const page = checkPage(check, steps.get(check.id)!, faults, titles.get(check.recipe!)!)
      return [`checks/${check.id}.md`, page]
    }),
  ])
}

/** Every page as it is. */
export function pagesAsTheyAre(): Map<string, string> {
  return new Map(
    globSync(['checks/**/*.md', 'recipes/README.md', 'faults.md'], { cwd: folder }).map((path) => [
      path,
      readFileSync(join(folder, path), 'utf8'),
    ]),
  )
}

/** The first line of a recipe. */
function recipeTitle(name: string): string {
  return /^# (.*)/.exec(readFileSync(join(folder, 'recipes', `${name}.md`), 'utf8'))![1]!
}

if (import.meta.main) {
  const all = await pages()
  for (const path of pagesAsTheyAre().keys()) if (!all.has(path)) rmSync(join(folder, path))
  for (const [path, text] of all) {
    mkdirSync(dirname(join(folder, path)), { recursive: true })
    writeFileSync(join(folder, path), text)
  }
  console.log(`${all.size} pages`)
}
