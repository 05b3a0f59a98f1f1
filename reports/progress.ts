import type { Result, Verdict } from './model.ts'
import { painter, verdictStyle } from './paint.ts'
import { suiteOf } from './summary.ts'
import { visible } from './visible.ts'

const marks: Record<Verdict, string> = { fail: 'F', warn: 'w', inconclusive: '?', info: 'i', skip: '-', pass: '.' }

/** Where the marks of a suite begin. */
const indent = 24

/** What is written while the checks run; it gives the text and writes nothing itself. */
export interface Progress {
  /** The text to append for a result that has just come in. */
  add(result: Result): string
  /** The text that ends the progress; nothing where there was none. */
  end(): string
}

/**
 * One line a suite, one mark a result, in the order in which they end. Nothing at all unless somebody watches (`live`): logs of CI systems keep only the report.
 * It only appends, so nothing is lost where other lines come between.
 */
export function progress({ colour, width, live }: { colour: boolean; width: number; live: boolean }): Progress {
  const paint = painter(colour)
  let suite: string | undefined
  let marked = 0
  return {
    add(result) {
      if (!live) return ''
      const mark = paint(verdictStyle[result.verdict], marks[result.verdict])
      const name = suiteOf(result.check)
      if (name !== suite) {
        const start = suite === undefined ? '' : '\n'
        suite = name
        marked = 1
        return `${start}  ${visible(name).padEnd(indent - 2)}${mark}`
      }
      const full = marked > 0 && marked % Math.max(10, width - indent - 1) === 0
      marked++
      return full ? `\n${' '.repeat(indent)}${mark}` : mark
    },
    end: () => (suite === undefined ? '' : '\n\n'),
  }
}
