import { spawn } from 'node:child_process'
import { once } from 'node:events'
import { expect, test } from 'vitest'
import { referenceApi } from '../../spec/index.ts'
import { bin, ifmatch } from './command.ts'

const wrong: [args: string[], says: string][] = [
  [['tset'], "unknown command 'tset' (Did you mean test?); see ifmatch --help"],
  [['test', '--onl', 'x'], "unknown option '--onl' (Did you mean --only?); see ifmatch test --help"],
  [['mock', '--port', 'http'], '--port http: expected a whole number from 0 to 65535'],
  [['mock', '--port', '70000'], '--port 70000: expected a whole number from 0 to 65535'],
  [['mock', 'a.yaml', 'b.yaml'], "too many arguments for 'mock'. Expected 1 argument but got 2: a.yaml, b.yaml.; see ifmatch mock --help"],
  [['show'], "missing required argument 'file'; see ifmatch show --help"],
  [['test', '--report', 'pdf=a.pdf'], '--report pdf=a.pdf: there is no format pdf; expected json, junit or html'],
  [['test', '--report', 'report.json'], '--report report.json: expected json=FILE, junit=FILE or html=FILE'],
  [['test', '--timeout', '0'], '--timeout 0: expected a whole number from 1 to 600000'],
]

test.concurrent.for(wrong)('%j is wrong usage', async ([args, says], { expect }) => {
  const { code, stdout, stderr } = await ifmatch(args)
  expect(stderr).toBe(`ifmatch: ${says}\n`)
  expect(stdout).toBe('')
  expect(code).toBe(2)
})

test('without a command it tells how it is used, and that this was wrong usage', async () => {
  const { code, stderr } = await ifmatch([])
  expect(stderr).toMatch(/^Usage: ifmatch /)
  expect(code).toBe(2)
})

test.each([[['--help']], [['test', '--help']], [['mock', '--help']], [['show', '--help']]])('%j is no error', async (args) => {
  const { code, stdout, stderr } = await ifmatch(args)
  expect(stdout).toMatch(/^Usage: ifmatch /)
  expect(stderr).toBe('')
  expect(code).toBe(0)
})

test('a reader that has enough ends it without a word', async () => {
  const child = spawn(process.execPath, [bin, 'show', referenceApi], { stdio: ['ignore', 'pipe', 'pipe'] })
  let stderr = ''
  child.stderr.setEncoding('utf8').on('data', (text) => (stderr += text))
  child.stdout.once('data', () => child.stdout.destroy())
  const [code] = await once(child, 'close')
  expect(stderr).toBe('')
  expect(code).toBe(0)
})
