import { stat, writeFile } from 'node:fs/promises'
import { couldNotRun, wrongUsage } from './failure.ts'

/** Whether a file that exists may be written over. */
interface Leave {
  force?: boolean
}

/** Finds out before the first request whether the output may be written. @throws Failure where a file is there already */
export async function checkOutput(output: string, { force }: Leave): Promise<void> {
  if (output === '-' || force) return
  if (await stat(output).catch(() => undefined)) throw exists(output)
}

/** Writes the text, never over a file that exists unless told so. */
export async function writeOutput(text: string, output: string, { force }: Leave): Promise<void> {
  if (output === '-') return void process.stdout.write(text)
  try {
    await writeFile(output, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw exists(output, error)
    throw couldNotRun(`${output}: cannot be written (${code ?? String(error)}); name another file with -o`, error)
  }
}

function exists(output: string, cause?: unknown): Error {
  return wrongUsage(`${output}: exists already; name another file with -o, or write over it with --force`, cause)
}
