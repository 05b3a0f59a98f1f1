import type { Bug, Habits } from './habits.ts'
import type { Question } from './library.ts'

/** The conditions of a request as a library sees them that looks at a part of its tags only, or has a bug. @param tag what is there, if anything is */
export function misread(
  headers: Question['headers'],
  method: string,
  tag: string | undefined,
  { heard }: Habits,
  bug: Bug | undefined,
): Question['headers'] {
  const { 'if-match': match, 'if-none-match': none, 'if-unmodified-since': since, ...others } = headers
  const seen = {
    ...others,
    ...(match === undefined ? {} : { 'if-match': heard(match) }),
    ...(none === undefined ? {} : { 'if-none-match': none }),
    ...(since === undefined ? {} : { 'if-unmodified-since': since }),
  }
  const ignored = {
    'if-match-ignored': true,
    'delete-ignores-if-match': method === 'DELETE',
    'patch-ignores-if-match': method === 'PATCH',
    'list-passes': match?.includes(','),
  }
  if (bug && ignored[bug as keyof typeof ignored]) delete seen['if-match']
  if (bug === 'prefix-passes' && tag !== undefined && match !== undefined && tag.startsWith(match.slice(0, -1))) delete seen['if-match']
  if (bug === 'missing-created' && tag === undefined) delete seen['if-match']
  if (bug === 'star-overwrites') delete seen['if-none-match']
  if (bug === 'date-ignored') delete seen['if-unmodified-since']
  return seen
}
