import type { Entry, Habits, Members } from './habits.ts'

/** What clients may write. */
export const writable: { [kind: string]: string[] } = { book: ['title', 'isbn', 'note'], shelf: ['note'], loan: ['book', 'note'] }

/** What the library makes of the members that it is sent, or the name of one that is missing or wrong. */
export function membersFrom(kind: Entry['kind'], body: Members, { stored }: Habits): { members: Members } | { wrong: string } {
  const members = stored(Object.fromEntries(Object.entries(body).filter(([name]) => writable[kind]!.includes(name) && body[name] !== null)))
  const needed = kind === 'book' ? ['title', 'isbn'] : kind === 'loan' ? ['book'] : []
  const wrong =
    needed.find((name) => members[name] === undefined) ??
    Object.keys(members).find((name) => writable[kind]!.includes(name) && typeof members[name] !== 'string')
  return wrong === undefined ? { members } : { wrong }
}
