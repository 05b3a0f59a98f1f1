/**
 * Entity tags: their syntax, never their comparison. Who acts a condition out and who judges it must each compare for themselves.
 */

/** An entity tag (RFC 9110 §8.8.3): whether it carries `W/`, and the text between the quotes. */
export interface EntityTag {
  weak: boolean
  opaque: string
}

/** `[W/]"…"`: the marker is a capital W (§8.8.3, `%s"W/"`), the text has no blanks, controls or quotes; bytes from 0x80 are `obs-text`. */
const tag = /(W\/)?"([\x21\x23-\x7e\x80-\u{10ffff}]*)"/uy

/** Blanks, tabs and the commas of empty list members, which a recipient must skip (RFC 9110 §5.6.1.2). */
const between = /[ \t,]*/y

/**
 * Reads one entity tag (RFC 9110 §8.8.3).
 *
 * @param text a field value, without the blanks around it; bytes from 0x80 may stand as Latin-1 or as decoded text
 * @returns the tag, or undefined where the text is not exactly one
 */
export function parseEntityTag(text: string): EntityTag | undefined {
  tag.lastIndex = 0
  const found = tag.exec(text)
  if (found === null || tag.lastIndex !== text.length) return undefined
  return { weak: found[1] !== undefined, opaque: found[2]! }
}

/**
 * Reads the value of `If-Match` or `If-None-Match` (RFC 9110 §13.1.1, §13.1.2): `*`, or a list of tags with empty members allowed
 * (§5.6.1.2). A comma inside a tag's quotes separates nothing.
 *
 * @param text the combined field value; several lines are joined with commas (§5.3)
 * @returns `'*'`, the tags (at least one), or undefined where the value is neither
 */
export function parseEntityTagList(text: string): EntityTag[] | '*' | undefined {
  if (text.trim() === '*') return '*'
  const tags: EntityTag[] = []
  let at = skip(text, 0)
  while (at < text.length) {
    tag.lastIndex = at
    const found = tag.exec(text)
    if (found === null) return undefined
    tags.push({ weak: found[1] !== undefined, opaque: found[2]! })
    const end = tag.lastIndex
    at = skip(text, end)
    if (at < text.length && !text.slice(end, at).includes(',')) return undefined
  }
  return tags.length > 0 ? tags : undefined
}

/**
 * Writes an entity tag (RFC 9110 §8.8.3).
 *
 * @throws TypeError where the opaque text holds what no tag may: a blank, a control character or a quote
 */
export function formatEntityTag({ weak, opaque }: EntityTag): string {
  const text = `${weak ? 'W/' : ''}"${opaque}"`
  if (parseEntityTag(text) === undefined) {
    throw new TypeError(`an entity tag holds no blanks, controls or quotes, but this has: ${JSON.stringify(opaque)}`)
  }
  return text
}

function skip(text: string, from: number): number {
  between.lastIndex = from
  between.exec(text)
  return between.lastIndex
}
