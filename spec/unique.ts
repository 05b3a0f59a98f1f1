import type { Unique } from './contract.ts'
import { isTree, type Tree } from './tree.ts'
import { markOf } from './marks.ts'
import { entries, isSaid, mechanism, needOutcome, type Setting } from './mechanism.ts'

/** All uniqueness constraints of a resource. */
export function readUnique(setting: Setting): Unique[] {
  return entries(setting, 'unique').flatMap((entry): Unique[] => {
    const { name, holder } = entry
    const short = !isTree(entry.said) || 'at' in entry.said
    const said: Tree = short ? {} : (entry.said as Tree)
    if (short) setting.origins.set([setting.name, 'unique', name, 'fields'], markOf(holder, name))
    const fields = short ? setting.reader.places(holder, name) : setting.reader.places(said, 'fields')
    if (!fields.length) {
      if (!short && said['fields'] === undefined)
        setting.problems.error(
          markOf(holder, name),
          `unique.${name} says nowhere what must be unique; say "fields: …"`,
          '',
          'fields: a place in the request',
        )
      return []
    }
    const needs = fields.map((field) => [field])
    const base = mechanism(setting, { ...entry, said }, ['create', 'replace', 'patch'], 'unique', needs)
    if (isSaid(holder, name) && base.for.length) needOutcome(setting, base, markOf(holder, name), 'uniqueness', ['duplicate'])
    return [{ ...base, fields, within: setting.reader.places(said, 'within'), compare: (said['compare'] as Unique['compare']) ?? 'exact' }]
  })
}
