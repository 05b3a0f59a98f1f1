import { stringify } from 'yaml'
import type { Contract, Json, Origin } from './contract.ts'
import { nearestOrigin } from './origins.ts'
import { isGroup, type Shown, viewOf } from './view.ts'

/**
 * The resolved contract as YAML-like lines, each with its origin in a column at the right: where it was said, which dialect brought it,
 * why it was inferred, or that it is a default. The same contract gives the same text.
 */
export function showContract(contract: Contract): string {
  const lines: [text: string, origin: string][] = []
  const said = (path: string): string => describe(nearestOrigin(contract.origins, path))
  const note = (path: string): string => contract.origins.get(path)?.note ?? ''
  lines.push([`title: ${oneLine(contract.title)}`, contract.file])
  lines.push([`dialects: ${contract.dialects.length ? contract.dialects.join(', ') : 'none'}`, ''])
  lines.push([`digest: ${contract.digest}`, ''])
  lines.push(['resources:', ''])
  for (const resource of contract.resources.values()) {
    lines.push([`  ${resource.name}:`, ''])
    for (const [name, value] of Object.entries(viewOf(resource)))
      print(lines, said, note, name, value, `resources/${resource.name}/${name}`, 2)
  }
  const width = Math.min(Math.max(...lines.map(([text]) => text.length)), 100)
  return `${lines.map(([text, origin]) => (origin ? `${text.padEnd(width)}  # ${origin}` : text)).join('\n')}\n`
}

function print(
  lines: [string, string][],
  said: (path: string) => string,
  note: (path: string) => string,
  name: string,
  value: Shown,
  path: string,
  depth: number,
): void {
  if (value === undefined) return
  const indent = '  '.repeat(depth)
  if (!isGroup(path, value)) lines.push([`${indent}${key(name)}: ${oneLine(value)}`, said(path)])
  else {
    lines.push([`${indent}${key(name)}:`, note(path)])
    for (const [member, inner] of Object.entries(value as Record<string, Json>))
      print(lines, said, note, member, inner as Json, `${path}/${member}`, depth + 1)
  }
}

function describe(origin: Origin): string {
  const at = origin.line === undefined ? '' : `:${origin.line}`
  const note = origin.note ? ` (${origin.note})` : ''
  if (origin.from === 'said') return `said, ${origin.file}${at}${note}`
  if (origin.from === 'dialect') return `dialect ${origin.file}${at}${note}`
  return `${origin.from}${note}`
}

function key(name: string): string {
  return /^[\w$./-]+$/.test(name) ? name : JSON.stringify(name)
}

function oneLine(value: Json): string {
  return stringify(value, { collectionStyle: 'flow', lineWidth: 0, aliasDuplicateObjects: false, flowCollectionPadding: true })
    .trim()
    .replaceAll(/\s*\n\s*/g, ' ')
}
