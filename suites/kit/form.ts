import type { Resource } from '../../spec/contract.ts'

/** Items that are texts of a form of their own (a calendar, a feed), of which the sample shows where the marker stands: `…SUMMARY:{$marker}…`. */

/** Is an item such a text? */
export function isForm({ marker, sample, payload }: Resource): boolean {
  return (
    marker === '' &&
    typeof sample === 'string' &&
    sample.includes('{$marker}') &&
    payload.read !== false &&
    payload.read.every(({ text }) => text === undefined)
  )
}

/** What stands at the marker of such a text: between what is around it in its line of the sample; undefined where it is not found. */
export function markerInForm(resource: Resource, text: string): string | undefined {
  const found = hole(resource, text)
  return found && text.slice(...found)
}

/** Such a text with another value at the marker. */
export function formWith(resource: Resource, text: string, marker: string): string {
  const found = hole(resource, text)
  return found ? text.slice(0, found[0]) + marker + text.slice(found[1]) : text
}

/** Where the marker begins and ends. */
function hole({ sample }: Resource, text: string): [from: number, to: number] | undefined {
  const [, before = '', after = ''] = /([^\r\n}]*)\{\$marker\}([^\r\n{]*)/.exec(String(sample)) ?? []
  const at = text.indexOf(before)
  if (at < 0) return undefined
  const from = at + before.length
  const [rest = ''] = text.slice(from).split(/\r?\n/, 1)
  const length = after === '' ? rest.length : rest.indexOf(after)
  return length < 0 ? undefined : [from, from + length]
}
