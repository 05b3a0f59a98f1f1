import { existsSync, readFileSync } from 'node:fs'
import type { Command } from 'commander'
import { alike } from '../spec/spelling.ts'
import { wrongUsage } from './failure.ts'
import { packageFolder } from './package.ts'

/** Ids that are offered for one that there is not. */
const most = 5

/** `ifmatch explain ID`: prints the page of a check, or a recipe. */
export function addExplain(program: Command): void {
  program
    .command('explain')
    .description('tell all about a check: what it asks, how it is tested, what a failure costs, how to fix it')
    .argument('<id>', 'as reports and `ifmatch checks` tell it; or the name of a recipe')
    .action(async (id: string) => {
      const { abilities, manual } = await import('../reports/index.ts')
      process.stdout.write(manual(await pageOf(id), abilities(process.stdout, process.env)))
    })
}

async function pageOf(id: string): Promise<string> {
  const [{ catalogue }, { recipes }] = await Promise.all([import('../suites/index.ts'), import('../suites/kit/recipe.ts')])
  const pages = new Map([
    ...catalogue.map((check): [string, string] => [check.id, `checks/${check.id}`]),
    ...recipes.map((name): [string, string] => [name, `recipes/${name}`]),
  ])
  const found = pages.get(id)
  if (found === undefined) throw wrongUsage(`explain ${id}: there is no such check or recipe; ${meant(id, [...pages.keys()])}`)
  const page = new URL(`docs/${found}.md`, packageFolder)
  if (!existsSync(page)) throw new Error(`the page of ${id} is missing`)
  return readFileSync(page, 'utf8')
}

/** Those that the text is a part of, and those that are spelled like it. */
function meant(id: string, ids: readonly string[]): string {
  const near = [...new Set([...ids.filter((known) => known.includes(id)), ...alike(id, ids)])].slice(0, most)
  return near.length === 0 ? '`ifmatch checks` lists all' : `did you mean ${near.join(', ')}? \`ifmatch checks\` lists all`
}
