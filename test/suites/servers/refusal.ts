import type { Habits, Members } from './habits.ts'
import type { Reply } from './library.ts'

/** An answer that refuses, in the form that the library has for them. @param words what it tells besides its type */
export function refusalOf(
  refusals: Habits['refusals'],
  status: number,
  type: string,
  headers: { [name: string]: string },
  words: Members,
): Reply {
  if (refusals === 'empty') return { status, headers, content: '' }
  if (refusals === 'text')
    return {
      status,
      headers: { ...headers, 'Content-Type': 'text/plain' },
      content: `refused: ${type} ${Object.values(words).join(' ')}`,
    }
  const problem = { type: `/problems/${type}`, title: `Refused: ${type}`, ...(refusals === 'problem' ? { status } : {}), ...words }
  if (refusals === 'json')
    return { status, headers: { ...headers, 'Content-Type': 'application/json' }, content: JSON.stringify({ error: type, ...words }) }
  return { status, headers: { ...headers, 'Content-Type': 'application/problem+json' }, content: JSON.stringify(problem) }
}
