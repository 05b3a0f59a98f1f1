import type { Fault } from '../mock/index.ts'
import type { Check } from '../suites/index.ts'

/** The page of all faults: what each does, which checks find it (first those that are made for it), where it was seen. */
export function faultsPage(
  faults: readonly Fault[],
  checks: readonly Check[],
  matrix: Readonly<Record<string, readonly string[]>>,
): string {
  const rows = faults
    .toSorted((a, b) => (a.name < b.name ? -1 : 1))
    .map(({ name, title, seen }) => {
      const aimed = checks.filter(({ catches }) => catches.includes(name)).map(({ id }) => id)
      const found = matrix[name] ?? []
      const links = [...aimed.map((id) => `**${link(id)}**`), ...found.filter((id) => !aimed.includes(id)).map(link)]
      return `| \`${name}\` | ${cell(title)} | ${links.join(', ') || 'none'} | ${cell(seen ?? '')} |`
    })
  return [
    '# The faults of the mock',
    `\`ifmatch mock --fault NAME\` acts out any of these ${faults.length} bugs, so that you can see what your client does then. The checks in bold are made for the
fault and proven to find it; others stand beside them where the whole catalogue was held against it. The mock without faults trips none.`,
    'A fault that no check finds shows only under a race, or when an answer is lost, or in a way that no check asks for yet.',
    ['| fault | what it does | found by | seen in |', '|---|---|---|---|', ...rows].join('\n'),
  ]
    .join('\n\n')
    .concat('\n')
}

function link(id: string): string {
  return `[${id}](checks/${id}.md)`
}

function cell(text: string): string {
  return text.replaceAll('|', '\\|')
}
