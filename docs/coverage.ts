/**
 * Makes docs/coverage.md from `suites/requirements/` and the checks:
 *
 *     node docs/coverage.ts
 */
import { writeFileSync } from 'node:fs'
import { catalogue } from '../suites/index.ts'
import { beyond, type Requirement, requirements } from '../suites/requirements/index.ts'

const columns = '| requirement | level | severity | source | held by |\n|---|---|---|---|---|'
const codes = (ids: readonly string[]): string => ids.map((id) => `\`${id}\``).join(', ')

/** The page: every requirement by group, then the checks that no requirement asks for. */
export function coveragePage(): string {
  const rows = requirements.flatMap(([, group]) => group)
  const held = rows.filter(({ by }) => by).length
  const within = rows.filter(({ by, within }) => !by && within).length
  const outside = rows.filter((row) => row.outside).length
  return [
    '# What is checked',
    `What the sources ask of a server about conflicts: ${rows.length} requirements, and what becomes of each. ${held} have checks of their own, ${within} are seen by checks about something else, ${outside} nothing outside a server can tell. The ${catalogue.length} checks are listed by \`ifmatch checks\`.`,
    'The level is what the source says (`may`: it allows the thing and asks for nothing), the severity what breaking it is worth; `contract` leaves that to the contract or its dialect. A check may say it more mildly where most of its findings are mild.',
    'This page is made by `node docs/coverage.ts`; a test keeps it true.',
    ...requirements.flatMap(([group, all]) => [`## ${group}`, [columns, ...all.map(line)].join('\n')]),
    '## Checks beyond the requirements',
    Object.entries(beyond)
      .map(([id, why]) => `* \`${id}\`: ${why}`)
      .join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

function line({ id, level, severity, source, title, by, within, outside, note }: Requirement): string {
  const how = [by && codes(by), within && `within ${codes(within)}`, outside && `nothing: ${outside}`, note && `(${note})`]
  return `| **\`${id}\`** ${title} | ${level} | ${severity} | ${source} | ${how.filter(Boolean).join('; ').replace('; (', ' (')} |`
}

if (process.argv[1] === import.meta.filename) writeFileSync(new URL('coverage.md', import.meta.url), coveragePage())
