import type { Json, Resource } from './contract.ts'
import { isTree } from './tree.ts'
import { markOf } from './marks.ts'
import { isSaid, type Setting } from './mechanism.ts'
import { didYouMean } from './spelling.ts'
import { namesIn } from './values.ts'

/** The names that stand for a value, without places and what has a name of its own behind it. */
const plainNames = ['$unique', '$marker', '$uuid', '$now', '$env', '$id', '$token', '$lock', '$body']

/** What of a resource holds values that are sent. */
const holders = ['with', 'operations', 'sample', 'arrange', 'locks', 'bulk', 'rules', 'guards', 'unique', 'idempotency']

/** Looks for names in values that stand for nothing here: the id of a parameter that is not there, the token of a lock where there is none. */
export function checkNames(resource: Resource, { tree, problems }: Setting): void {
  const known = [...new Set([...resource.identity.keys(), ...resource.parameters])]
  const look = (text: string, holder: object, key: string | number): void => {
    const mark = markOf(holder, key)
    for (const name of namesIn(text)) {
      const parameter = /^\$id\.(.+)$/.exec(name)?.[1]
      if (parameter !== undefined && !known.includes(parameter))
        problems.error(
          mark,
          `${name}: an item of ${resource.name} has no id ${JSON.stringify(parameter)}; it has ${known.join(', ') || 'none'}`,
          name,
          known.map((each) => `$id.${each}`).join(', '),
        )
      if (name === '$lock' && !resource.locks.length)
        problems.error(mark, `$lock: ${resource.name} has no lock; describe it under locks`, name, 'a lock, or another value')
    }
    const meant = /^\$[a-zA-Z]+$/.test(text) && !plainNames.includes(text) ? didYouMean(text, plainNames) : undefined
    if (meant) problems.warn(mark, `${text} stands for nothing and is sent as it is written; did you mean ${meant}?`)
  }
  const walk = (holder: unknown, key: string | number): void => {
    const value = (holder as Record<string | number, Json>)[key]
    if (typeof value === 'string') look(value, holder as object, key)
    else if (Array.isArray(value)) for (let at = 0; at < value.length; at++) walk(value, at)
    else if (isTree(value)) for (const name of Object.keys(value)) walk(value, name)
  }
  for (const key of holders) if (tree[key] !== undefined && isSaid(tree, key)) walk(tree, key)
}
