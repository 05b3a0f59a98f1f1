import { expect, test } from 'vitest'
import { showContract } from '../../spec/show.ts'
import { loadText, things } from './loading.ts'

const said = `x-conflict:
  version: 1
  extends: rfc9110
  resources: { thing: { guards: { update: { required: if-exists } }, unique: { name: $request.body#/name } } }
`

const rows = (text: string): [string, string][] => text.split('\n').map((line) => line.split(/ {2,}# /) as [string, string])

test('every line says where it comes from', async () => {
  const contract = await loadText(`${things}${said}`)
  const shown = rows(showContract(contract))
  const origin = (line: string): string | undefined =>
    shown.find(([text]) => text.trim() === line)?.[1]?.replace(/\/\S*\/(?=api\.yaml)/, '')
  expect(origin('collection: /things')).toBe('inferred (the path above /things/{id})')
  expect(origin('match: strong')).toMatch(/^dialect rfc9110:\d+$/)
  expect(origin('required: if-exists')).toBe('said, api.yaml:25')
  expect(origin('fields: $request.body#/name')).toBe('said, api.yaml:25')
  expect(origin('compare: exact')).toBe('default')
  expect(origin('promised: true')).toBe('inferred (GET /things/{id} declares it)')
  expect(origin('createOnly:')).toBe('inherited, not promised')
  expect(origin('unpromised: [ replace ]')).toMatch(/inherited, not promised/)
  expect(origin('missing: { status: 428, retry: refetch }')).toMatch(/^dialect rfc9110:\d+$/)
  expect(origin('marker: /email')).toBeUndefined()
  const silent = shown.filter(([text, why]) => text && !why && !/^\s*(\S+:|dialects: .*|digest: .*)$/.test(text))
  expect(silent).toEqual([])
})

test('every leaf has an origin of its own in the contract', async () => {
  const { origins } = await loadText(`${things}${said}`)
  expect(origins.get('resources/thing/guards/update/match')).toMatchObject({ from: 'dialect', file: 'rfc9110' })
  expect(origins.get('resources/thing/guards/update/for')).toMatchObject({ from: 'default' })
  expect(origins.get('resources/thing/guards/update/required')).toMatchObject({ from: 'said', line: 25 })
  expect(origins.get('resources/thing/sample')).toMatchObject({ from: 'inferred' })
})

test('the same contract is shown the same way', async () => {
  const strip = (text: string): string => text.replaceAll(/\/\S*\/api\.yaml/g, 'api.yaml')
  expect(strip(showContract(await loadText(`${things}${said}`)))).toBe(strip(showContract(await loadText(`${things}${said}`))))
})
