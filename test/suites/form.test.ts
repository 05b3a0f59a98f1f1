import fc from 'fast-check'
import { expect, test } from 'vitest'
import type { Resource } from '../../spec/contract.ts'
import { formWith, isForm, markerInForm } from '../../suites/kit/form.ts'

const form = (sample: string): Resource => ({ marker: '', sample, payload: { send: [], read: [], list: [] } }) as unknown as Resource
const event = form('BEGIN:VEVENT\r\nUID:{$unique}\r\nSUMMARY:{$marker}\r\nEND:VEVENT\r\n')

test('the marker stands where the sample says, whatever the server did to the lines around it', () => {
  expect(markerInForm(event, 'BEGIN:VEVENT\nDTSTAMP:1\nSUMMARY:Lunch\nUID:one\nEND:VEVENT\n')).toBe('Lunch')
  expect(markerInForm(event, 'BEGIN:VEVENT\r\nSUMMARY:')).toBe('')
  expect(markerInForm(event, 'BEGIN:VEVENT\r\nEND:VEVENT\r\n')).toBeUndefined()
  expect(markerInForm(form('<a id="{$unique}">{$marker}</a>'), '<x/><a id="2">two</a>')).toBe('two')
})

test('what is put at the marker is found there, and nothing else changes', () => {
  const word = fc.stringMatching(/^[a-z0-9-]{0,20}$/)
  fc.assert(
    fc.property(word, word, (one, other) => {
      const text = `BEGIN:VEVENT\r\nUID:u\r\nSUMMARY:${one}\r\nEND:VEVENT\r\n`
      const next = formWith(event, text, other)
      expect(markerInForm(event, next)).toBe(other)
      expect(formWith(event, next, one)).toBe(text)
    }),
    { seed: 1 },
  )
})

test('a sample without the word, or one that is no text, is no form', () => {
  expect(isForm(event)).toBe(true)
  expect(isForm(form('hello {$unique}'))).toBe(false)
  expect(isForm({ ...event, sample: { title: '{$marker}' } })).toBe(false)
})
