import { fileURLToPath } from 'node:url'
import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { expect, test } from 'vitest'
import type { Finding } from '../../spec/candidates/finding.ts'
import { loadBare } from '../../spec/candidates/draft.ts'
import { documentOf, probe, sketchOf } from '../../suites/probe/index.ts'
import { withDefaults } from '../../suites/target.ts'
import { type Habits, hashTag, serveArticles } from './articles.ts'

/** Probes a server of articles that has nothing of the mock in it. */
async function probed(habits: Partial<Habits>): Promise<{ findings: Finding[]; questions: string[]; leftovers: unknown[] }> {
  await using server = await serveArticles(habits)
  const folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  try {
    const file = path.join(folder, 'articles.openapi.yaml')
    const sample = { title: 'A title', text: 'Some text' }
    const sketch = sketchOf({ collection: undefined, item: `${server.url}/articles/one` })
    await writeFile(file, JSON.stringify(documentOf(sketch, sample, sample)))
    const config = withDefaults({ urls: [server.url], contract: file, seed: 'articles' })
    const { resources, leftovers } = await probe(config, await loadBare(file), { signal: AbortSignal.timeout(60_000) })
    return { ...resources[0]!, leftovers }
  } finally {
    await rm(folder, { recursive: true })
  }
}

const at = ({ findings }: { findings: Finding[] }, ...where: string[]): unknown =>
  findings.find((one) => one.sure && one.at.join() === where.join())?.value

test('a server that compares tags is known by it, and nothing stays behind', async () => {
  const seen = await probed({})
  expect(at(seen, 'guards', 'update', 'send')).toBe('$request.header.If-Match')
  expect(at(seen, 'guards', 'update', 'for')).toEqual(['replace', 'delete'])
  expect(at(seen, 'guards', 'update', 'required')).toBeUndefined()
  expect(at(seen, 'guards', 'update', 'outcomes', 'stale')).toEqual({ status: 412 })
  expect(at(seen, 'token', 'bumps')).toBe('every-write')
  expect(seen.leftovers).toEqual([])
})

test('a tag that is made from the content is known by coming back with it', async () => {
  expect(at(await probed({ tag: hashTag }), 'token', 'bumps')).toBe('content-hash')
})

test('of a server that ignores conditions on writes none is promised, though it sends tags', async () => {
  const seen = await probed({ allows: () => true })
  expect(seen.findings.filter(({ sure }) => sure).map(({ at: where }) => where.slice(0, 2).join('.'))).toEqual([
    'guards.fresh',
    'token',
    'guards.freshDate',
  ])
})

test('an answer that is no refusal of a condition proves nothing: 500 to every conditional write', async () => {
  const seen = await probed({ first: (headers, method) => (method !== 'GET' && headers['if-match'] !== undefined ? 500 : undefined) })
  expect(seen.findings.filter(({ at: where }) => where[1] === 'update')).toEqual([])
})

test('of an API that lets nobody in nothing is promised', async () => {
  const seen = await probed({ first: () => 401 })
  expect(seen.findings.filter(({ sure }) => sure)).toEqual([])
  expect(seen.questions[0]).toMatch(/^the probe ended early: PUT \/articles\/\{id\} → 401/)
})

test('where a create is answered 500, nothing more is tried, and the sample is what a person may mend', async () => {
  const seen = await probed({ first: (_, method) => (method === 'PUT' ? 500 : undefined) })
  expect(seen.questions[0]).toMatch(
    /^the probe ended early: PUT \/articles\/\{id\} → 500.*; if it falls over what was sent, say a "sample"/,
  )
})

test('the modules that a probe is made of know nothing of the mock', async () => {
  const { globSync, readFileSync } = await import('node:fs')
  const files = globSync('*.ts', { cwd: fileURLToPath(new URL('../../suites/probe/', import.meta.url)) })
  expect(files.length).toBeGreaterThan(10)
  for (const file of files) expect(readFileSync(new URL(`../../suites/probe/${file}`, import.meta.url), 'utf8')).not.toContain('/mock/')
})
