import { styleText } from 'node:util'
import type { Verdict } from './model.ts'

type Colour = 'red' | 'yellow' | 'magenta' | 'blue' | 'gray' | 'green'

/** Colours a text, or leaves it as it is. */
export type Paint = (style: Colour | 'bold' | ('bold' | Colour)[], text: string) => string

/** A painter that colours, or one that does not. */
export function painter(colour: boolean): Paint {
  return colour ? (style, text) => styleText(style, text, { validateStream: false }) : (_style, text) => text
}

/** The colour of each verdict; the word always stands beside it. */
export const verdictStyle: Record<Verdict, Colour> = {
  fail: 'red',
  warn: 'yellow',
  inconclusive: 'magenta',
  info: 'blue',
  skip: 'gray',
  pass: 'green',
}

/**
 * What a stream can show: colours as Node decides (`NO_COLOR`, `FORCE_COLOR`, a terminal or not), its width in columns, and whether somebody watches it live
 * (a terminal, and no CI system).
 */
export function abilities(
  stream: NodeJS.WriteStream,
  env: Record<string, string | undefined>,
): { colour: boolean; width: number; live: boolean } {
  return {
    colour: styleText('red', '.', { stream }) !== '.',
    width: stream.columns || 100,
    live: stream.isTTY === true && !env['CI'] && env['TERM'] !== 'dumb',
  }
}
