import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { isAlias, isMap, isScalar, isSeq, LineCounter, type Document, type Node, parseDocument } from 'yaml'
import type { Json } from './contract.ts'
import { keyText, markContainer, put, type Source } from './marks.ts'
import { ContractError, type Problem } from './contract-error.ts'

/** Aliases may blow a document up to so many times the nodes that are written in it. */
const maxAliasCount = 100

/** Reads a YAML or JSON text from a file or an http(s) URL. @throws ContractError if it cannot be read or is no YAML. */
export async function readSource(file: string, name: string, kind: Source['kind']): Promise<{ value: Json; source: Source }> {
  let text: string
  try {
    text = /^https?:/.test(file) ? await download(file) : await readFile(file.startsWith('file:') ? fileURLToPath(file) : file, 'utf8')
  } catch (error) {
    throw unreadable(name, whyUnreadable(error as NodeJS.ErrnoException))
  }
  return parseSource(text, { name, file, kind, lines: new LineCounter() })
}

async function download(url: string): Promise<string> {
  const response = await fetch(url, {
    signal: AbortSignal.timeout(30_000),
    headers: { accept: 'application/yaml, application/json, */*;q=0.5' },
  })
  if (!response.ok) throw new Error(`the server answered ${response.status} ${response.statusText}`.trim())
  return response.text()
}

function whyUnreadable(error: NodeJS.ErrnoException): string {
  if (error.code === 'ENOENT') return 'there is no such file; check the path'
  if (error.code === 'EISDIR') return 'this is a directory; name the document in it'
  if (error.code === 'EACCES') return 'this file may not be read; check its permissions'
  const cause = error.cause instanceof Error ? `: ${error.cause.message}` : ''
  return `cannot be read: ${error.message}${cause}`
}

function unreadable(name: string, message: string): ContractError {
  return new ContractError([{ file: name, line: 1, column: 1, value: name, expected: 'a YAML or JSON document', message }])
}

/** Parses a YAML or JSON text; every map and list in the value remembers where it was written. @throws ContractError with every syntax error. */
export function parseSource(text: string, source: Source): { value: Json; source: Source } {
  const document = parseDocument(text, { lineCounter: source.lines, prettyErrors: false, logLevel: 'silent', stringKeys: false })
  if (document.errors.length) throw new ContractError(document.errors.slice(0, 20).map((error) => syntaxProblem(error, text, source)))
  if (document.contents === null) throw unreadable(source.name, 'the document is empty')
  return { value: toJson(document, source), source }
}

function syntaxProblem(error: { code: string; message: string; pos: [number, number] }, text: string, source: Source): Problem {
  const { line, col } = source.lines.linePos(error.pos[0])
  const written = text
    .split(/\r?\n/)
    .slice(Math.max(0, line - 2), line)
    .join('\n')
  const value = text
    .slice(...error.pos)
    .split('\n')[0]!
    .slice(0, 80)
  const at = { file: source.name, line, column: col, value }
  if (error.code === 'DUPLICATE_KEY') {
    const key = /^[^\s:,{}]+/.exec(text.slice(error.pos[0]))?.[0] ?? value
    return { ...at, value: key, expected: 'every key once', message: `the key ${key} stands twice in this map; remove one of them` }
  }
  const comment = /\s#\//.test(written) ? '; a blank before "#/" makes the rest of the line a comment: write the place without a blank' : ''
  return { ...at, expected: 'well-formed YAML or JSON', message: `this is no well-formed YAML: ${error.message}${comment}` }
}

function toJson(document: Document, source: Source): Json {
  const done = new Map<Node, Json>()
  const open = new Set<Node>()
  let checked = false

  const fail = (node: Node, message: string): never => {
    const { line, col } = source.lines.linePos(node.range?.[0] ?? 0)
    throw new ContractError([{ file: source.name, line, column: col, value: '', expected: 'a document of finite size', message }])
  }
  const convert = (node: unknown): Json => {
    if (isScalar(node)) return typeof node.value === 'bigint' ? Number(node.value) : ((node.value ?? null) as Json)
    if (isAlias(node)) {
      if (!checked) {
        checked = true
        try {
          document.toJS({ maxAliasCount })
        } catch (error) {
          fail(node, `this document cannot be expanded: ${(error as Error).message}; write out what its aliases (*name) repeat`)
        }
      }
      const target = node.resolve(document)
      if (!target) return fail(node, `there is no anchor &${node.source} before this alias`)
      if (open.has(target)) return fail(node, `the alias *${node.source} stands inside of what it names; a value cannot contain itself`)
      return convert(target)
    }
    if (!isMap(node) && !isSeq(node)) return null
    const before = done.get(node)
    if (before !== undefined) return before
    open.add(node)
    const value: Record<string, Json> | Json[] = isMap(node) ? {} : node.items.map(convert)
    if (isMap(node)) {
      for (const pair of node.items) {
        if (!isScalar(pair.key)) fail(node, 'a key of this map is no text; JSON knows only texts as keys')
        else put(value as Record<string, unknown>, keyText(pair.key), convert(pair.value))
      }
    }
    open.delete(node)
    done.set(node, value)
    markContainer(value, source, node)
    return value
  }
  return convert(document.contents)
}
