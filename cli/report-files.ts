import { randomBytes } from 'node:crypto'
import { open, rename, rm, stat } from 'node:fs/promises'
import { basename, dirname, join, resolve } from 'node:path'
import type { Report } from '../reports/model.ts'
import { couldNotRun, wrongUsage } from './failure.ts'
import { pair } from './options.ts'

type FileFormat = 'json' | 'junit' | 'html'

/** One `--report FORMAT=FILE`; `{target}` in the file's name stands for the name of a target. */
export interface ReportFile {
  format: FileFormat
  path: string
}

/**
 * Reads the values of `--report` and makes sure, before a run starts, that each file can be written. Several targets need `{target}` in the
 * name of a JSON file, since that holds one report.
 */
export async function reportFiles(values: readonly string[], targets: readonly string[]): Promise<ReportFile[]> {
  const files = values.map((value): ReportFile => {
    const [format, path] = pair('--report', value, '=', 'json=FILE, junit=FILE or html=FILE')
    if (format !== 'json' && format !== 'junit' && format !== 'html') {
      throw wrongUsage(`--report ${value}: there is no format ${format}; expected json, junit or html`)
    }
    if (format === 'json' && targets.length > 1 && !path.includes('{target}')) {
      throw wrongUsage(`--report ${value}: ${targets.length} targets need {target} in the file name: json=report-{target}.json`)
    }
    return { format, path: resolve(path) }
  })
  const paths = files.flatMap((file) => names(file, targets))
  const twice = paths.find((path, at) => paths.indexOf(path) !== at)
  if (twice !== undefined) throw wrongUsage(`--report: ${twice} is named twice; give each report a file of its own`)
  for (const path of paths) await checkWritable(path)
  return files
}

async function checkWritable(path: string): Promise<void> {
  const found = await stat(path).catch(() => undefined)
  if (found?.isDirectory()) throw wrongUsage(`--report ${path}: is a directory; name a file in it`)
  const probe = temporary(path)
  try {
    await (await open(probe, 'wx')).close()
    await rm(probe)
  } catch (error) {
    throw wrongUsage(`--report ${path}: cannot be written (${code(error)}); name a file in a folder that exists and can be written`, error)
  }
}

/** Writes each report whole or not at all. Returns the paths written. */
export async function writeReports(
  files: readonly ReportFile[],
  reports: readonly Report[],
  write: (format: FileFormat, reports: readonly Report[]) => string,
): Promise<string[]> {
  const written: string[] = []
  for (const file of files) {
    const each = file.path.includes('{target}') ? reports.map((report) => [report]) : [reports]
    for (const some of each) {
      const path = named(file.path, some[0]?.target.name ?? '')
      const part = temporary(path)
      try {
        const handle = await open(part, 'wx')
        await handle.writeFile(write(file.format, some)).finally(() => handle.close())
        await rename(part, path)
      } catch (error) {
        await rm(part, { force: true })
        throw couldNotRun(`--report ${path}: could not be written (${code(error)})`, error)
      }
      written.push(path)
    }
  }
  return written
}

function names(file: ReportFile, targets: readonly string[]): string[] {
  return file.path.includes('{target}') ? targets.map((target) => named(file.path, target)) : [file.path]
}

function named(path: string, target: string): string {
  return path.replaceAll('{target}', target.replaceAll(/[^\w.-]+/g, '-'))
}

function temporary(path: string): string {
  return join(dirname(path), `.${basename(path)}.${randomBytes(4).toString('hex')}.part`)
}

function code(error: unknown): string {
  return (error as NodeJS.ErrnoException).code ?? String(error)
}
