import { isScalar } from 'yaml'
import { isTree } from './tree.ts'
import { markOf } from './marks.ts'
import { Problems } from './problems.ts'

/** Three slips that YAML itself lets pass: a key that is no text, nothing where a value should be, a pointer that became a comment. */
export function checkWriting(container: unknown, problems: Problems, seen: Set<object> = new Set()): void {
  if (typeof container !== 'object' || container === null || seen.has(container)) return
  seen.add(container)
  for (const [name, value] of Object.entries(container)) {
    const mark = markOf(container, name)
    const { key, value: node } = mark ?? {}
    if (isTree(container) && isScalar(key) && typeof key.value !== 'string') {
      problems.error(
        mark,
        `YAML reads the key ${String(key.source ?? key.value)} as ${key.value === null ? 'nothing' : `a ${typeof key.value}`}, not as a text; quote it: "${String(key.source ?? key.value)}"`,
        key.source ?? '',
        'a text',
      )
    }
    if (value === null && isScalar(node) && (node.source ?? '') === '') {
      const comment = node.comment?.startsWith('/') || node.commentBefore?.startsWith('/')
      problems.error(
        mark,
        comment
          ? `${name} is empty, because a blank before "#/" makes the rest a comment; quote the value`
          : `${name} has no value; say one, or take the key out`,
        '',
        'a value',
      )
    }
    if (isScalar(node) && typeof node.value === 'string' && node.value.startsWith('$') && node.comment?.startsWith('/')) {
      problems.error(
        mark,
        `"#${node.comment}" after ${node.value} is a comment, because a blank stands before it; write ${node.value}#${node.comment} without the blank`,
        node.value,
        `${node.value}#${node.comment}`,
      )
    }
    checkWriting(value, problems, seen)
  }
}
