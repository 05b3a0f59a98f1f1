import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type ItemMessage, kindOf, type Message, parsePlace, readPlace, readPlaces, removePlace, writePlace } from '../../spec/places.ts'
import { factHolds } from '../../spec/facts.ts'
import type { Json } from '../../spec/contract.ts'
import { request, response } from './messages.ts'

const run = { seed: 9110, numRuns: 200 }

describe('parsePlace', () => {
  test.each([
    ['$request.header.If-Match', { message: 'request', part: 'header', name: 'If-Match' }],
    ['$request.query.if_seq_no', { message: 'request', part: 'query', name: 'if_seq_no' }],
    ['$request.path.id', { message: 'request', part: 'path', name: 'id' }],
    ['$request.body#/odata.etag', { message: 'request', part: 'body', name: '/odata.etag' }],
    ['$response.body', { message: 'response', part: 'body', name: '' }],
    ['$response.body#', { message: 'response', part: 'body', name: '' }],
    ['$statusCode', { message: 'response', part: 'status', name: '' }],
    ['$item', { message: 'item', part: 'body', name: '' }],
    ['$item#/response/status', { message: 'item', part: 'body', name: '/response/status' }],
  ])('%s', (written, place) => expect(parsePlace(written)).toEqual({ written, ...place }))

  test.each([
    ['$request.header', /names no header/],
    ['$request.header.', /names no header/],
    ['$response.query.rev', /a response has no query.*\$request\.query\.rev/],
    ['$response.body.version', /written \$response\.body#\/version/],
    ['$response.body#version', /as in \$response\.body#\/version/],
    ['$request.header.If Match', /holds no blank/],
    ['If-Match', /is no place: expected \$request\.header\.NAME/],
    ['$request.body#/a~2', /"~" in a JSON Pointer/],
    ['$item.status', /written \$item#\/status/],
    ['$item#/a~2', /"~" in a JSON Pointer/],
    ['$items', /is no place/],
  ])('refuses %s and says why', (written, why) => expect(() => parsePlace(written)).toThrow(why))

  test('a text needs one hole', () => expect(() => parsePlace('$response.body#/message', 'no hole')).toThrow(/exactly one "\{\}"/))
})

describe('reading', () => {
  test('header names have no case, several lines are one value', () => {
    const message = request({
      headers: [
        ['if-match', '"a"'],
        ['If-Match', '"b"'],
      ],
    })
    expect(readPlace(parsePlace('$request.header.IF-MATCH'), message)).toBe('"a", "b"')
  })
  test('the first place that is there', () => {
    const places = [parsePlace('$response.body#/_rev'), parsePlace('$response.header.ETag')]
    expect(readPlaces(places, response({ headers: [['ETag', '"1"']], body: {} }))).toBe('"1"')
    expect(readPlaces(places, response({ headers: [['ETag', '"1"']], body: { _rev: '2' } }))).toBe('2')
    expect(readPlaces(places, response())).toBeUndefined()
  })
  test('places of the other message are passed over', () =>
    expect(readPlaces([parsePlace('$response.body#/id')], request({ body: { id: 1 } }))).toBeUndefined())
  test('null is there, absence is not', () => {
    expect(readPlace(parsePlace('$response.body#/a'), response({ body: { a: null } }))).toBeNull()
    expect(readPlace(parsePlace('$response.body#/toString'), response({ body: {} }))).toBeUndefined()
  })
  test('a value inside a longer text', () => {
    const place = parsePlace('$response.body#/details', 'expected {},')
    expect(readPlace(place, response({ body: { details: 'Version mismatch, expected 7, got 3.' } }))).toBe('7')
    expect(readPlace(place, response({ body: { details: 'nothing of the kind' } }))).toBeUndefined()
  })
  test('a "*" is every member of a list, missing ones left out', () => {
    const body: Json = { errors: [{ pointer: '/email' }, {}, { pointer: '/name' }] }
    expect(readPlace(parsePlace('$response.body#/errors/*/pointer', '/{}'), response({ body }))).toEqual(['email', 'name'])
    expect(readPlace(parsePlace('$response.body#/errors/*/pointer'), response({ body: {} }))).toBeUndefined()
  })
  test('the id in a Location is decoded, whatever stands before the path', () => {
    const place = parsePlace('$response.header.Location', '/orders/{}')
    expect(readPlace(place, response({ headers: [['Location', 'https://api.example/v1/orders/a%20b?x=1']] }))).toBe('a b')
    expect(readPlace(place, writePlace(place, 'ä/ö', response()))).toBe('ä/ö')
  })
  test('XML is walked by element names from the root', () => {
    const body = '<?xml version="1.0"?><Error><Code>ConditionNotMet</Code><n>1</n></Error>'
    expect(readPlace(parsePlace('$response.body#/Error/Code'), response({ body }))).toBe('ConditionNotMet')
    expect(readPlace(parsePlace('$response.body#/Error/n'), response({ body }))).toBe('1')
    expect(readPlace(parsePlace('$response.body#/Error/Other'), response({ body }))).toBeUndefined()
  })
})

describe('write, then read, gives the value back', () => {
  const word = fc.stringMatching(/^[A-Za-z0-9_~/.]{1,8}$/).filter((token) => !/^\d{3,}$/.test(token))
  const pointer = fc
    .array(word, { maxLength: 4 })
    .map((tokens) => tokens.map((token) => `/${token.replaceAll('~', '~0').replaceAll('/', '~1')}`).join(''))
  const json = fc.jsonValue({ maxDepth: 2 }) as fc.Arbitrary<Json>

  test('in bodies, with its type, and nothing else changes', () =>
    fc.assert(
      fc.property(pointer, json, json, (name, value, before) => {
        const message = response({ body: { kept: before } })
        const frozen = JSON.stringify(message)
        const next = writePlace(parsePlace(`$response.body#${name}`), value, message)
        expect(readPlace(parsePlace(`$response.body#${name}`), next)).toEqual(value)
        expect(JSON.stringify(message)).toBe(frozen)
        if (name !== '' && !name.startsWith('/kept')) expect((next.body as { kept: Json }).kept).toEqual(before)
      }),
      run,
    ))
  test('in headers, query and path, as text', () =>
    fc.assert(
      fc.property(
        fc.constantFrom('$request.header.X-A', '$request.query.a', '$request.path.a'),
        fc.string(),
        fc.string(),
        (written, first, second) => {
          const place = parsePlace(written)
          const once = writePlace(
            place,
            first,
            request({
              headers: [
                ['x-a', 'old'],
                ['X-A', 'older'],
                ['other', 'kept'],
              ],
            }),
          )
          expect(readPlace(place, once)).toBe(first)
          const twice = writePlace(place, second, once)
          expect(readPlace(place, twice)).toBe(second)
          expect(twice.headers.filter(([name]) => name === 'other')).toEqual([['other', 'kept']])
        },
      ),
      run,
    ))
  test('inside texts, several of them in one place', () =>
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9]{1,6}$/), fc.stringMatching(/^[A-Za-z0-9]{1,6}$/), (a, b) => {
        const one = parsePlace('$response.body#/message', 'Current version is {}.')
        const two = parsePlace('$response.body#/message', 'you sent [{}]')
        const message = writePlace(two, b, writePlace(one, a, response({ body: { message: 'Somebody was first.' } })))
        expect(readPlace(one, message)).toBe(a)
        expect(readPlace(two, message)).toBe(b)
        expect(readPlace(two, writePlace(two, 'again', message))).toBe('again')
      }),
      run,
    ))
  test('member by member through a "*"', () =>
    fc.assert(
      fc.property(fc.array(fc.string(), { minLength: 1, maxLength: 4 }), (values) => {
        const field = parsePlace('$response.body#/conflicts/*/field')
        const yours = parsePlace('$response.body#/conflicts/*/yours')
        const message = writePlace(yours, values.toReversed(), writePlace(field, values, response()))
        expect(readPlace(field, message)).toEqual(values)
        expect(readPlace(yours, message)).toEqual(values.toReversed())
      }),
      run,
    ))
  test('no prototype is touched', () => {
    writePlace(parsePlace('$response.body#/__proto__/polluted'), true, response({ body: {} }))
    expect(({} as Record<string, unknown>)['polluted']).toBeUndefined()
  })
})

describe('one result of many', () => {
  const item = (body: Json | undefined): ItemMessage => ({ item: true, body })
  const status = parsePlace('$item#/status', '{}')

  test('is read, written and emptied like a body', () => {
    expect(readPlace(status, item({ status: 412 }))).toBe('412')
    expect(readPlace(parsePlace('$item'), item({ error: 'conflict' }))).toEqual({ error: 'conflict' })
    expect(writePlace(parsePlace('$item#/response/a'), 1, item({ id: 'x' }))).toEqual(item({ id: 'x', response: { a: 1 } }))
    expect(removePlace(parsePlace('$item#/id'), item({ id: 'x', b: 2 }))).toEqual(item({ b: 2 }))
  })

  test('is told from requests and responses, whatever the place', () =>
    fc.assert(
      fc.property(
        fc.constantFrom(
          '$request.body#/a',
          '$response.body#/a',
          '$item#/a',
          '$request.header.A',
          '$response.header.A',
          '$request.query.a',
          '$request.path.a',
        ),
        fc.constantFrom<Message>(request({ body: {} }), response({ body: {} }), item({})),
        fc.string({ minLength: 1 }),
        (written, message, value) => {
          const place = parsePlace(written)
          const next = writePlace(place, value, message)
          if (place.message === kindOf(message)) {
            expect(readPlace(place, next)).toBe(value)
            expect(factHolds({ place, is: { present: true } }, next)).toBe(true)
            expect(readPlace(place, removePlace(place, next))).toBeUndefined()
          } else {
            expect(next).toBe(message)
            expect(removePlace(place, message)).toBe(message)
            expect(factHolds({ place, is: { present: false } }, message)).toBe(false)
          }
        },
      ),
      run,
    ))
})
