import { execFileSync } from 'node:child_process'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { curl, curlArguments, curlNotes } from '../../reports/curl.ts'
import type { Exchange, HeaderLine } from '../../reports/model.ts'
import { quote } from '../../reports/shell.ts'
import { unseen } from '../../reports/visible.ts'
import { content, exchange, hostile } from './build.ts'

/** A function named curl that tells what it was given, each argument ended by a NUL; then the end of a command. */
const spy = String.raw`curl() { printf '%s\0' "$@"; printf '\001\0'; }`

/** What a POSIX shell gives to curl for each command, with these variables in its environment. */
function pasted(commands: string[], env: Record<string, string> = {}): string[][] {
  const script = [spy, ...commands].join('\n')
  const told = execFileSync('sh', ['-s'], { input: script, env: { PATH: process.env['PATH'], ...env }, maxBuffer: 1 << 26 }).toString()
  return told
    .split('\x01\0')
    .slice(0, -1)
    .map((one) => one.split('\0').slice(0, -1))
}

const line = (request: Parameters<typeof exchange>[0], secrets: string[] = []) => curl(exchange(request), secrets)

describe('the command', () => {
  test.each<[string, Parameters<typeof exchange>[0], string]>([
    ['a plain read', {}, 'curl -i http://127.0.0.1:4090/documents/7'],
    ['a query', { url: 'http://a.test/x?a=1&b=2' }, `curl -i 'http://a.test/x?a=1&b=2'`],
    ['brackets', { url: 'http://a.test/x(1)[2]' }, `curl -i --globoff 'http://a.test/x(1)[2]'`],
    ['dots', { url: 'http://a.test/x/../y' }, 'curl -i --path-as-is http://a.test/x/../y'],
    ['HEAD', { method: 'HEAD' }, 'curl -i --head http://127.0.0.1:4090/documents/7'],
    [
      'DELETE',
      { method: 'DELETE', headers: [['If-Match', '"a"']] },
      `curl -i -X DELETE http://127.0.0.1:4090/documents/7 -H 'If-Match: "a"'`,
    ],
    ['an empty field', { headers: [['If-Match', '']] }, `curl -i http://127.0.0.1:4090/documents/7 -H 'If-Match;'`],
    [
      'two lines of one field',
      {
        headers: [
          ['A', '1'],
          ['A', '2'],
        ],
      },
      `curl -i http://127.0.0.1:4090/documents/7 -H 'A: 1' -H 'A: 2'`,
    ],
    [
      'what curl adds',
      {
        headers: [
          ['Host', '127.0.0.1:4090'],
          ['connection', 'close'],
          ['User-Agent', 'x'],
        ],
      },
      'curl -i http://127.0.0.1:4090/documents/7',
    ],
    ['another host', { headers: [['Host', 'other.test']] }, `curl -i http://127.0.0.1:4090/documents/7 -H 'Host: other.test'`],
    [
      'an empty POST',
      { method: 'POST', headers: [['Content-Length', '0']] },
      `curl -i -X POST http://127.0.0.1:4090/documents/7 -H 'Content-Length: 0'`,
    ],
    [
      'a body',
      {
        method: 'PUT',
        headers: [
          ['Content-Type', 'application/json'],
          ['Content-Length', '17'],
        ],
        body: content(`{"t":"it's here"}`),
      },
      String.raw`curl -i -X PUT http://127.0.0.1:4090/documents/7 -H 'Content-Type: application/json' --data-binary '{"t":"it'\''s here"}'`,
    ],
    [
      'a body without a type',
      { method: 'PUT', body: content('x') },
      'curl -i -X PUT http://127.0.0.1:4090/documents/7 -H Content-Type: --data-binary x',
    ],
    [
      'a body that looks like a file',
      { method: 'PUT', headers: [['Content-Type', 't/t']], body: content('@/etc/x') },
      `curl -i -X PUT http://127.0.0.1:4090/documents/7 -H 'Content-Type: t/t' --data-raw @/etc/x`,
    ],
  ])('of %s', (_name, request, expected) => expect(line(request)).toBe(expected))

  test('keeps secrets for the shell to fill in, and no other dollar', () => {
    const sent = line(
      {
        url: 'http://a.test/?sig=$SAS&x=$HOME',
        headers: [
          ['Authorization', 'Bearer $TOKEN'],
          ['X', '$TOKENS$TOKEN_B!'],
        ],
      },
      ['TOKEN', 'TOKEN_B', 'SAS'],
    )
    expect(sent).toBe(`curl -i 'http://a.test/?sig='"$SAS"'&x=$HOME' -H "Authorization: Bearer $TOKEN" -H 'X: '"$TOKEN"'S'"$TOKEN_B"'!'`)
    expect(pasted([sent], { TOKEN: `a"b'c $x`, TOKEN_B: '*', SAS: '%2B' })).toEqual([
      ['-i', 'http://a.test/?sig=%2B&x=$HOME', '-H', `Authorization: Bearer a"b'c $x`, '-H', `X: a"b'c $xS*!`],
    ])
    expect(pasted([line({ headers: [['X', '$TOKENx']] }, ['TOKEN'])], { TOKEN: 't' })[0]!.at(-1)).toBe('X: tx')
  })

  test('says what a secret in Basic credentials must be', () => {
    const sent = exchange({ headers: [['Authorization', 'Basic $LOGIN']] })
    expect(curl(sent, ['LOGIN'])).toBe(
      `# $LOGIN after Basic must be the base64 text of user:password\ncurl -i http://127.0.0.1:4090/documents/7 -H "Authorization: Basic $LOGIN"`,
    )
  })

  test.each([
    ['binary', { text: 'AAH/', encoding: 'base64' as const, bytes: 3, truncated: false }, /binary: put its 3 bytes/],
    ['cut', { ...content('begin'), bytes: 10_000_000, truncated: true }, /only the beginning .* all 10,000,000 bytes/],
    ['long', content('x'.repeat(5000)), /5,000 bytes/],
    ['with a NUL', content('a\0b'), /3 bytes/],
  ])('says that a body is %s', (_name, body, note) => {
    const sent = exchange({ method: 'PUT', body })
    expect(curlNotes(sent)).toEqual([expect.stringMatching(note)])
    expect(curl(sent)).toMatch(/^# [^\n]+\ncurl [^\n]+ --data-binary @body\.bin$/)
    expect(pasted([curl(sent)])).toHaveLength(1)
  })
})

const word = fc.string({ unit: 'binary', maxLength: 30 }).map((text) => text.replaceAll('\0', '').toWellFormed())
const tricky = fc.constantFrom(
  "'",
  '"',
  '$',
  '$A',
  '$AB',
  '${A}',
  '`id`',
  '$(id)',
  '\\',
  '!',
  '\n',
  '\r\n',
  '\t',
  '\x1b[1m',
  '*',
  '~',
  '-n',
  '%s',
  '\\101',
  ' ',
  '#',
  ';',
  'é',
  '\u202e',
)
const text = fc.array(fc.oneof(word, tricky), { maxLength: 8 }).map((parts) => parts.join(''))

describe('pasted into a shell', () => {
  const env = { A: `va'l"ue $A`, AB: '\\ * ?' }
  const filled = (argument: string) => argument.replace(/\$(AB|A)/g, (_all, name: 'A' | 'AB') => env[name])

  test('every argument arrives as it was meant', () => {
    const one = fc.record({
      url: text,
      method: fc.constantFrom('GET', 'PUT', 'HEAD', 'POST'),
      name: fc.constantFrom('If-Match', 'X-$A'),
      value: text,
      body: fc.option(text),
    })
    fc.assert(
      fc.property(fc.array(one, { minLength: 20, maxLength: 20 }), (requests) => {
        const exchanges: Exchange[] = requests.map(({ url, method, name, value, body }) =>
          exchange({
            url: `http://a.test/${url}`,
            method,
            headers: [[name, value]] satisfies HeaderLine[],
            body: body === null ? null : content(body),
          }),
        )
        const meant = exchanges.map((each) => curlArguments(each).map(filled))
        expect(
          pasted(
            exchanges.map((each) => curl(each, ['A', 'AB'])),
            env,
          ),
        ).toEqual(meant)
      }),
      { seed: 7, numRuns: 25 },
    )
  })

  test('nothing in the line acts on the terminal that shows it', () => {
    fc.assert(
      fc.property(text, (each) => {
        expect(unseen.exec(quote(each, ['A', 'AB']))).toBeNull()
      }),
      { seed: 7, numRuns: 300 },
    )
  })

  test('hostile values stay values', () => {
    const values = hostile.map((each) => each.replaceAll('\0', '').toWellFormed())
    const lines = values.map((each) => curl(exchange({ url: `http://a.test/?${each}`, headers: [['X', each]] })))
    expect(pasted(lines).map((given) => given.at(-1))).toEqual(values.map((each) => `X: ${each}`))
  })
})
