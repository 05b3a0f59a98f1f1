import { stringify } from 'yaml'
import { readPointer, writePointer } from '../../http/pointer.ts'
import type { Json } from '../contract.ts'
import type { Declaration } from './declarations.ts'
import type { Finding, ResourceFindings } from './finding.ts'

/** A line of an overlay, and the finding that it was written for. */
export interface WrittenLine {
  text: string
  finding: Finding | undefined
}

/** An OpenAPI Overlay that adds `x-conflict` and what the document lacks beside it to the document of this title, under some lines of comment. */
export function writeOverlay(
  title: string,
  head: readonly string[],
  resources: readonly ResourceFindings[],
  declarations: readonly Declaration[] = [],
): WrittenLine[] {
  return [
    ...head.map((text) => line(`# ${text}`.trimEnd())),
    line('overlay: 1.0.0'),
    line(`info: ${flow({ title: `What ${title} promises about conflicts`, version: '1' })}`),
    line('actions:'),
    line('  - target: $'),
    line('    update:'),
    ...writeContract(resources, 6),
    ...(declarations.length ? [line('  # What the document does not declare, and what the above rests on.')] : []),
    ...declarations.flatMap(({ at, update }) => [line(`  - target: ${flow(pathTo(at))}`), line(`    update: ${flow(update)}`)]),
  ]
}

/** JSONPath (RFC 9535) to a member of a document. */
function pathTo(steps: readonly string[]): string {
  return `$${steps.map((step) => `['${step.replaceAll('\\', '\\\\').replaceAll("'", "\\'")}']`).join('')}`
}

/** A document with its contract at the end, under some lines of comment. */
export function writeDocument(
  document: { [member: string]: Json },
  head: readonly string[],
  resources: readonly ResourceFindings[],
  declarations: readonly Declaration[] = [],
): WrittenLine[] {
  const text = stringify(declared(document, declarations), { lineWidth: 0, aliasDuplicateObjects: false }).trimEnd()
  return [...head.map((one) => line(`# ${one}`.trimEnd())), ...text.split('\n').map(line), ...writeContract(resources, 0)]
}

function declared(document: Json, declarations: readonly Declaration[]): Json {
  return declarations.reduce((next, { at, update }) => {
    const operation = readPointer(next, at) as { [member: string]: Json }
    const { parameters = [], responses = {} } = operation as { parameters?: Json[]; responses?: { [status: string]: Json } }
    const added = update as { parameters?: Json[]; responses?: { [status: string]: Json } }
    const more = { parameters: [...parameters, ...(added.parameters ?? [])], responses: { ...responses, ...added.responses } }
    return writePointer(next, at, { ...operation, ...(more.parameters.length ? more : { responses: more.responses }) }) as Json
  }, document)
}

/**
 * `x-conflict` with all that was found, so many blanks from the left. What is sure stands in it, each with its evidence in a comment above;
 * what is guessed stands in comments: `##` before the reason, `#` before what could be written. The same findings give the same text.
 */
export function writeContract(resources: readonly ResourceFindings[], indent: number): WrittenLine[] {
  const lines: WrittenLine[] = [line('x-conflict:'), line('  version: 1')]
  if (resources.length) lines.push(line('  resources:'))
  for (const resource of resources) {
    lines.push(line(`    ${key(resource.name)}:`))
    if (resource.collection !== undefined) lines.push(line(`      collection: ${flow(resource.collection)}`))
    if (resource.item !== undefined) lines.push(line(`      item: ${flow(resource.item)}`))
    for (const node of tree(resource.findings)) lines.push(...print(node, 6))
    for (const question of resource.questions) lines.push(...wrapped(question, '      ## ? '))
  }
  return lines.map(({ text, finding }) => ({ text: ' '.repeat(indent) + text, finding }))
}

interface Node {
  key: string
  finding: Finding | undefined
  children: Node[]
}

function tree(findings: readonly Finding[]): Node[] {
  const top: Node[] = []
  for (const finding of findings) {
    let level = top
    for (const [depth, name] of finding.at.entries()) {
      const isLeaf = depth === finding.at.length - 1
      let node = level.find((one) => one.key === name)
      if (!node) {
        node = { key: name, finding: undefined, children: [] }
        level.push(node)
      }
      if (isLeaf) node.finding = finding
      level = node.children
    }
  }
  return top
}

function isSure(node: Node): boolean {
  return node.finding?.sure === true || node.children.some(isSure)
}

function print(node: Node, indent: number): WrittenLine[] {
  const blank = ' '.repeat(indent)
  if (!isSure(node)) return dead(node, 0).map(({ text, finding }) => ({ text: blank + text, finding }))
  const { finding, children } = node
  const because = (finding?.because ?? []).flatMap((text) => wrapped(text, `${blank}# `))
  if (!children.length) return [...because, { text: `${blank}${key(node.key)}: ${flow(finding!.value)}`, finding }]
  const live = children.filter(isSure)
  return [
    ...because,
    line(`${blank}${key(node.key)}:`),
    ...[...live, ...children.filter((one) => !isSure(one))].flatMap((one) => print(one, indent + 2)),
  ]
}

function dead(node: Node, depth: number): WrittenLine[] {
  const { finding, children } = node
  const blank = ' '.repeat(depth)
  const because = (finding?.because ?? []).flatMap((text) => wrapped(text, '## '))
  const own = children.length ? `${key(node.key)}:` : `${key(node.key)}: ${flow(finding?.value ?? {})}`
  return [...because, { text: `# ${blank}${own}`, finding }, ...children.flatMap((child) => dead(child, depth + 2))]
}

function line(text: string): WrittenLine {
  return { text, finding: undefined }
}

function flow(value: Json): string {
  return stringify(value, { collectionStyle: 'flow', flowCollectionPadding: true, lineWidth: 0, defaultKeyType: 'PLAIN' }).trim()
}

function key(name: string): string {
  return stringify(name, { lineWidth: 0 }).trim()
}

/** Text in lines of at most 140 characters; a line that goes on is indented. */
function wrapped(text: string, before: string): WrittenLine[] {
  const lines: string[] = []
  let at = before
  for (const word of text.replaceAll(/\s+/g, ' ').split(' ')) {
    if (at.length + word.length > 140 && at.trim() !== before.trim()) {
      lines.push(at.trimEnd())
      at = `${before}  `
    }
    at += `${word} `
  }
  return [...lines, at.trimEnd()].map(line)
}
