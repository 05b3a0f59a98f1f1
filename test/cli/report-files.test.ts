import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, expect, test } from 'vitest'
import { reportFiles, writeReports } from '../../cli/report-files.ts'
import type { Report } from '../../reports/model.ts'

const folder = mkdtempSync(join(tmpdir(), 'ifmatch-'))
afterAll(() => rmSync(folder, { recursive: true }))

const report = (name: string): Report => ({ target: { name, urls: [] } }) as unknown as Report

test('a JSON report of several targets needs a file for each', async () => {
  await expect(reportFiles(['json=a.json'], ['one', 'two'])).rejects.toThrow('2 targets need {target} in the file name')
  expect(await reportFiles([`json=${folder}/{target}.json`, `html=${folder}/all.html`], ['one', 'two'])).toHaveLength(2)
})

test('no two reports may fall on one file', async () => {
  await expect(reportFiles(['json=a', 'html=./a'], ['one'])).rejects.toThrow('is named twice')
  await expect(reportFiles(['json={target}.json'], ['a/b', 'a?b'])).rejects.toThrow('is named twice')
})

test('a path that cannot be written is found before the run, and nothing is left behind', async () => {
  mkdirSync(join(folder, 'taken'))
  const provide = (path: string): Promise<unknown> => reportFiles([`json=${path}`], ['one'])
  await expect(provide(join(folder, 'none/report.json'))).rejects.toThrow('cannot be written (ENOENT)')
  await expect(provide(join(folder, 'taken'))).rejects.toThrow('is a directory')
  await provide(join(folder, 'good.json'))
  expect(readdirSync(folder)).toEqual(['taken'])
})

test('a report replaces the one before it whole, or leaves it as it is', async () => {
  const path = join(folder, 'report.json')
  writeFileSync(path, 'before')
  const [file] = await reportFiles([`json=${path}`], ['one'])
  const broken = (): string => {
    throw new Error('no')
  }
  await expect(writeReports([file!], [report('one')], broken)).rejects.toThrow('could not be written')
  expect(readFileSync(path, 'utf8')).toBe('before')
  await writeReports([file!], [report('one')], (format, reports) => `${format} ${reports.length}`)
  expect(readFileSync(path, 'utf8')).toBe('json 1')
  expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([])
})

test('{target} gives each target a file of its own', async () => {
  const files = await reportFiles([`json=${join(folder, '{target}.json')}`], ['http://a', 'b'])
  const written = await writeReports(files, [report('http://a'), report('b')], (_, [one]) => one!.target.name)
  expect(written.map((path) => [path, readFileSync(path, 'utf8')])).toEqual([
    [join(folder, 'http-a.json'), 'http://a'],
    [join(folder, 'b.json'), 'b'],
  ])
})
