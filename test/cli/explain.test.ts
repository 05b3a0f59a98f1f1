import { expect, test } from 'vitest'
import { ifmatch } from './command.ts'

test('explain prints the page of a check, without addresses', async () => {
  const { code, stdout, stderr } = await ifmatch(['explain', 'if-match/stale-delete-not-performed'])
  expect(stderr).toBe('')
  expect(stdout).toMatch(/^if-match\/stale-delete-not-performed\n\nA delete whose token is stale is not performed\.\n/)
  expect(stdout).toContain('delete with the token from before: `DELETE /documents/{documentId}`')
  expect(stdout).toContain('Compare and write in one statement (`ifmatch explain compare-and-write`)')
  expect(stdout).not.toMatch(/\]\(|^#/m)
  expect(code).toBe(0)
})

test('explain prints a recipe', async () => {
  const { code, stdout } = await ifmatch(['explain', 'compare-and-write'])
  expect(stdout).toMatch(/^Compare and write in one statement\n/)
  expect(stdout).toContain('    UPDATE documents SET'.trim())
  expect(stdout).not.toContain('```')
  expect(code).toBe(0)
})

test.concurrent.for([
  ['if-match/stale-not-performd', 'did you mean if-match/stale-not-performed'],
  ['required/', 'did you mean required/any-satisfies, required/delete-refused'],
  ['compare-and-rite', 'did you mean compare-and-write?'],
  ['xyz', '`ifmatch checks` lists all'],
])('explain %s is wrong usage, and names what is like it', async ([id, says], { expect }) => {
  const { code, stdout, stderr } = await ifmatch(['explain', id!])
  expect(stderr).toContain(`ifmatch: explain ${id}: there is no such check or recipe; `)
  expect(stderr).toContain(says!)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})
