import type { FormatOptions } from './format.ts'
import { painter } from './paint.ts'
import { wrap } from './wrap.ts'

/**
 * A page of ours for a terminal: headings stand out, links keep their words and lose their address, lines are no longer than the terminal is wide.
 * It knows the Markdown that our pages are made of: headings, lists, links, code in fences and between backticks.
 */
export function manual(markdown: string, options: FormatOptions = {}): string {
  const paint = painter(options.colour ?? false)
  const width = Math.min(options.width ?? 100, 100)
  let code = false
  const lines = markdown.split('\n').flatMap((line) => {
    if (line.startsWith('```')) {
      code = !code
      return []
    }
    if (code) return [paint('gray', `    ${line}`)]
    const [, heading] = /^#+ (.*)/.exec(line) ?? []
    if (heading !== undefined) return [paint('bold', heading)]
    const indent = ' '.repeat(/^(?:\* |\d+\. )?/.exec(line)![0].length)
    const [first = '', ...rest] = wrap(line.replaceAll(/\[([^\]]+)\]\([^)]+\)/g, '$1'), width - indent.length)
    return [first, ...rest.map((part) => indent + part)]
  })
  return `${lines.join('\n').trimEnd()}\n`
}
