import { exec } from 'jsonpath-rfc9535'
import type { Json } from './contract.ts'
import { isTree } from './tree.ts'
import { cloneMarked, markOf, markOfContainer, put, setMark } from './marks.ts'
import type { Problems } from './problems.ts'
import { readSource } from './source.ts'

type Path = (string | number)[]

/**
 * Applies an OpenAPI Overlay (1.0 and 1.1: `update`, `remove`, `copy`) to a document, in place. What it brings keeps its position
 * in the overlay's file. A target that matches nothing is a warning.
 */
export async function applyOverlay(document: Json, file: string, name: string, problems: Problems): Promise<void> {
  const { value: overlay } = await readSource(file, name, 'overlay')
  const top = markOfContainer(overlay)
  if (!isTree(overlay) || typeof overlay['overlay'] !== 'string') {
    problems.error(top, `${name} is no Overlay: expected "overlay: 1.0.0" (or 1.1.0) at its top`, '', 'overlay: 1.0.0')
    return
  }
  if (!/^1\.[01](\.|$)/.test(overlay['overlay'])) {
    problems.error(
      markOf(overlay, 'overlay'),
      `Overlay ${overlay['overlay']} is not supported; expected 1.0 or 1.1`,
      overlay['overlay'],
      '1.0.0 or 1.1.0',
    )
    return
  }
  const actions = overlay['actions']
  if (!Array.isArray(actions) || !actions.length) {
    problems.error(
      markOf(overlay, 'actions') ?? top,
      'an Overlay needs a list of actions, each with a target and an update, a copy or "remove: true"',
      actions,
      'a list of actions',
    )
    return
  }
  for (const [at, action] of actions.entries()) applyAction(document, action, actions, at, problems)
}

function applyAction(document: Json, action: unknown, actions: unknown[], at: number, problems: Problems): void {
  const mark = markOf(actions, at)
  if (!isTree(action) || typeof action['target'] !== 'string') {
    problems.error(mark, 'an action needs a target: a JSONPath such as $.paths', action, 'target: $.…')
    return
  }
  const target = action['target']
  const targetMark = markOf(action, 'target')
  let found: Path[]
  try {
    found = pathsOf(document, target)
  } catch (error) {
    problems.error(
      targetMark,
      `the target ${target} is no JSONPath (RFC 9535): ${(error as Error).message}`,
      target,
      'a JSONPath such as $.paths',
    )
    return
  }
  if (!found.length) {
    problems.warn(targetMark, `the target ${target} matches nothing: this action changes nothing`)
    return
  }
  if (action['remove'] === true) {
    for (const path of found.toReversed()) remove(document, path)
    return
  }
  if (typeof action['copy'] === 'string') {
    const [from, ...more] = pathsOf(document, action['copy'])
    if (!from || more.length) {
      problems.error(
        markOf(action, 'copy'),
        `${action['copy']} names ${from ? 'several places' : 'nothing'}; a copy needs exactly one`,
        action['copy'],
        'a JSONPath that matches once',
      )
    } else for (const path of found) update(document, path, holder(document, from), from.at(-1)!)
  }
  if (Object.hasOwn(action, 'update')) for (const path of found) update(document, path, action, 'update')
  else if (action['copy'] === undefined)
    problems.error(mark, 'this action does nothing: expected update, copy or "remove: true"', target, 'update, copy or remove')
}

function pathsOf(document: Json, expression: string): Path[] {
  const found: Path[] = []
  exec(
    document as never,
    expression,
    (_, path) =>
      void found.push(path.map((step) => (typeof step === 'string' ? step.replaceAll("\\'", "'").replaceAll('\\\\', '\\') : step))),
  )
  return found
}

function holder(document: Json, path: Path): Record<string, unknown> {
  let at: unknown = document
  for (const step of path.slice(0, -1)) at = (at as Record<string, unknown>)[step]
  return at as Record<string, unknown>
}

function remove(document: Json, path: Path): void {
  const last = path.at(-1)
  if (last === undefined) return
  const from: unknown = holder(document, path)
  if (Array.isArray(from)) from.splice(Number(last), 1)
  else delete (from as Record<string, unknown>)[last]
}

/** Maps merge, lists grow by what the update says, everything else is replaced (Overlay 1.1 §4.4.3). */
function update(document: Json, path: Path, from: Record<string, unknown>, key: string | number): void {
  const next = cloneMarked(from[key])
  const last = path.at(-1)
  const target = last === undefined ? document : holder(document, path)[last]
  if (Array.isArray(target)) {
    const added = Array.isArray(next) ? next : [next]
    for (const [at, member] of added.entries())
      setMark(target, target.push(member as Json) - 1, Array.isArray(next) ? markOf(next, at) : markOf(from, key))
  } else if (isTree(target) && isTree(next)) mergeInto(target, next)
  else if (last !== undefined) {
    put(holder(document, path), String(last), next)
    setMark(holder(document, path), last, markOf(from, key))
  }
}

function mergeInto(target: Record<string, unknown>, next: Record<string, unknown>): void {
  for (const [key, value] of Object.entries(next)) {
    const before = Object.hasOwn(target, key) ? target[key] : undefined
    if (isTree(before) && isTree(value)) mergeInto(before, value)
    else if (Array.isArray(before) && Array.isArray(value)) {
      for (const [at, member] of value.entries()) setMark(before, before.push(member) - 1, markOf(value, at))
    } else {
      put(target, key, value)
      setMark(target, key, markOf(next, key))
    }
  }
}
