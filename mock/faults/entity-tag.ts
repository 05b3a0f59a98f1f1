import { fault, type Fault } from '../fault.ts'

/** The tag never changes. */
export const tagConstant: Fault = fault({
  name: 'tag-constant',
  title: 'gives every version of an item the same tag',
  token: (text, { token }) => (token.format === 'etag' ? '"constant"' : text),
})

/** `ETag: abc`. */
export const tagUnquoted: Fault = fault({
  name: 'tag-unquoted',
  title: 'sends tags without quotes',
  token: (text, { token }) => (token.format === 'etag' && typeof text === 'string' ? text.replaceAll('"', '') : text),
})
