import type { Fault } from '../mock/index.ts'
import type { Check } from '../suites/index.ts'
import type { Steps } from './steps.ts'

const levels: Record<Check['level'], string> = {
  must: 'a MUST of a standard',
  should: 'a SHOULD of a standard',
  practice: 'good practice',
  contract: 'a promise of the contract',
}

const severities: Record<Check['severity'], string> = {
  fail: 'a failure',
  warn: 'a warning (`--strict` makes it a failure)',
  info: 'told, and no more',
}

/** The page of a check, in Markdown: everything that its data, one run of it and the faults know. */
export function checkPage(check: Check, steps: Steps, faults: readonly Fault[], recipeTitle: string): string {
  const { id, title, level, severity, source, why, fix, recipe, alarms, needs, catches } = check
  const caught = catches.map((name) => `* \`${name}\`: ${faults.find((fault) => fault.name === name)!.title}`)
  return [
    `# ${id}`,
    sentence(title),
    [
      `* Source: ${source}`,
      `* Level: \`${level}\`, ${levels[level]}; broken, it is ${severities[severity]}`,
      `* Needs: ${needs.map((need) => `\`${need}\``).join(', ') || 'nothing'}`,
    ].join('\n'),
    '## What a failure costs',
    sentence(why),
    '## How it is tested',
    steps.skipped === undefined
      ? `Against the mock, which does everything right, a run on \`${steps.resource}\` sends this${steps.rounds ? ', round after round' : ''}:`
      : `Against the mock, where it does not apply (${steps.skipped}), a run on \`${steps.resource}\` sends this:`,
    steps.lines.map((line, at) => `${at + 1}. ${line}`).join('\n'),
    '## Before you believe a failure',
    alarms ?? 'No false alarm is known. Repeat the requests of the report by hand, with its `curl` lines.',
    '## How to fix it',
    `${sentence(fix)}\n\nIn common stacks: [${recipeTitle}](../../recipes/${recipe}.md) (\`ifmatch explain ${recipe}\`).`,
    '## Bugs that it catches',
    `The mock acts these out (\`ifmatch mock --fault NAME\`); [all bugs](../../faults.md).`,
    caught.join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

/** The list of all pages, by subject. */
export function checkIndex(checks: readonly Check[]): string {
  const subjects = Map.groupBy(checks, ({ id }) => id.split('/', 1)[0]!)
  const parts = [...subjects].map(([subject, list]) =>
    [`## ${subject}`, ['| check | level | asks that |', '|---|---|---|', ...list.map(row)].join('\n')].join('\n\n'),
  )
  return [
    '# The checks',
    `A page for each of the ${checks.length} checks; \`ifmatch explain ID\` prints it. [Recipes](../recipes/README.md) show how to mend what they find, [faults](../faults.md) what each catches.\nWhat a check makes it deletes again.`,
    ...parts,
  ]
    .join('\n\n')
    .concat('\n')
}

function row({ id, level, title }: Check): string {
  return `| [${id}](${id}.md) | ${level} | ${title.replaceAll('|', '\\|')} |`
}

/** The list of all recipes: title by file name. */
export function recipeIndex(titles: ReadonlyMap<string, string>): string {
  return [
    '# Recipes',
    'What the [checks](../checks/README.md) find is mended in one of these ways; each is shown in common stacks. `ifmatch explain NAME` prints one.',
    [...titles].map(([name, title]) => `* [${title}](${name}.md)`).join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

/** A phrase as a sentence. */
function sentence(text: string): string {
  const first = /^[a-z]+\b(?!-|\()/.test(text) ? text[0]!.toUpperCase() + text.slice(1) : text
  return /[.?!]$/.test(first) ? first : `${first}.`
}
