import type { Validators } from './conditions.ts'
import type { Bug, Entry, Habits } from './habits.ts'

/** What a read of an entry shows. */
export function contentOf(entry: Entry, { ids, shown }: Habits): string {
  const { kind, id, members, count } = entry
  const own = kind === 'shelf' ? { name: id } : { id: ids === 'number' ? Number(id) : id }
  return JSON.stringify({ ...own, ...members, ...(kind === 'loan' ? { version: count } : {}), ...shown(entry) })
}

/** What its version is known by. Loans tell theirs in the body. */
export function validatorsOf(entry: Entry, content: string, { tag, lastModified }: Habits, bug: Bug | undefined): Validators {
  if (entry.kind === 'loan') return { tag: undefined, modified: undefined }
  const flawed = { 'tag-constant': '"one"', 'tag-restarts': `"${entry.count}"` }[String(bug)]
  return { tag: flawed ?? tag(entry, content), modified: entry.kind === 'book' && lastModified ? entry.modified : undefined }
}

/** The fields that say so. */
export function fieldsOf({ tag, modified }: Validators): { [name: string]: string } {
  return {
    ...(tag === undefined ? {} : { ETag: tag }),
    ...(modified === undefined ? {} : { 'Last-Modified': new Date(modified).toUTCString() }),
  }
}
