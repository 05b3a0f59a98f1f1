import { constants } from 'node:fs'
import { access, stat } from 'node:fs/promises'
import path from 'node:path'
import { wrongUsage } from './failure.ts'

/** The folder, in the current one, where ledgers lie unless told otherwise. */
export const ledgerFolder = '.ifmatch'

/**
 * The files in which the runs over some targets remember what they made.
 *
 * @param file what `--ledger` says; of several targets each has a file of its own, so `{target}` must stand in it
 * @throws Failure where it is there already, or cannot be made
 */
export async function ledgerFiles(file: string | undefined, targets: readonly string[]): Promise<string[]> {
  const given = file ?? path.join(ledgerFolder, `{target}-${new Date().toISOString().replace(/[-:]|\.\d+/g, '')}.jsonl`)
  if (targets.length > 1 && !given.includes('{target}'))
    throw wrongUsage(`--ledger ${given}: ${targets.length} targets need {target} in the file name: --ledger {target}.jsonl`)
  const files = targets.map((name) => path.resolve(given.replaceAll('{target}', name.replaceAll(/[^\w.-]+/g, '-'))))
  const twice = files.find((one, at) => files.indexOf(one) !== at)
  if (twice !== undefined) throw wrongUsage(`--ledger ${given}: ${twice} would be the ledger of two targets; give them different names`)
  for (const one of files) await checkFree(one)
  return files
}

async function checkFree(file: string): Promise<void> {
  const found = await stat(file).catch(() => undefined)
  if (found?.isDirectory()) throw wrongUsage(`--ledger ${file}: is a directory; name a file in it`)
  if (found) throw wrongUsage(`--ledger ${file}: is there already; \`ifmatch clean ${file}\` finishes what an earlier run left`)
  // the folder is made with the first entry
  let folder = path.dirname(file)
  while (!(await stat(folder).catch(() => undefined)) && folder !== path.dirname(folder)) folder = path.dirname(folder)
  try {
    await access(folder, constants.W_OK | constants.X_OK)
  } catch (error) {
    throw wrongUsage(`--ledger ${file}: cannot be written in ${folder}; name a file elsewhere`, error)
  }
}
