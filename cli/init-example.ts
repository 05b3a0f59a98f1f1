import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import path from 'node:path'
import type { Contract, Json } from '../spec/contract.ts'
import { couldNotRun, wrongUsage } from './failure.ts'
import { closing, configOf, head, type InitOptions, told, tried } from './init.ts'
import { sampleOf, usable } from './init-hint.ts'
import { checkOutput, writeOutput } from './init-output.ts'

/** `ifmatch init --collection URL --item URL`: a document, and a contract in it, of an API that has none. */
export async function byExample(options: InitOptions): Promise<void> {
  const { collection, item } = options
  if (item === undefined) throw wrongUsage(`--collection ${collection}: needs --item, the URL of an item in it`)
  const [{ documentOf, planOf, readExample, sampleFrom, sketchOf }, { loadBare }, { fitted }, { writeDocument }] = await Promise.all([
    import('../suites/probe/index.ts'),
    import('../spec/candidates/draft.ts'),
    import('../spec/candidates/fit.ts'),
    import('../spec/candidates/overlay.ts'),
  ])
  const sketch = await usable(() => sketchOf({ collection, item }))
  const output = options.output ?? 'contract.openapi.yaml'
  await checkOutput(output, options)
  const given = options.sample === undefined ? undefined : await sampleOf(options.sample)
  const folder = await mkdtemp(path.join(tmpdir(), 'ifmatch-'))
  const file = path.join(folder, path.basename(output === '-' ? 'contract.openapi.yaml' : output))
  const load = async (document: Json): Promise<Contract> => {
    await writeFile(file, JSON.stringify(document))
    return loadBare(file)
  }
  try {
    const empty = await load(documentOf(sketch, given, undefined))
    if (options.dryRun) {
      for (const { most } of [...empty.resources.values()].map((resource) => planOf(resource)))
        process.stdout.write(`at most ${most + 1} requests, and those that clean up\n`)
      return
    }
    const config = await configOf(options.target ?? sketch.base, file, options)
    const example = await readExample({ ...config, urls: [sketch.base] }, empty, sketch.id).catch(unread)
    const { body: seen } = example
    const sample = given ?? sampleFrom(seen, sketch.id)
    const bare = await load(documentOf(sketch, sample, seen, [], example))
    const probed = await tried({ ...config, urls: [sketch.base] }, bare, options)
    const without = [...probed.absent.values()]
      .flat()
      .map((role) => ({ replace: 'PUT', patch: 'PATCH', delete: 'DELETE' })[role as string] ?? role)
    const document = documentOf(sketch, sample, seen, without, example)
    const words = head(`the example ${item}`, { ...options, probe: sketch.base })
    const { text } = await fitted(undefined, probed.resources, (resources, lacking) => writeDocument(document, words, resources, lacking))
    await writeOutput(text, output, options)
    if (output !== '-')
      process.stderr.write(`${told(probed.resources)}\nnext: read ${output}, then ifmatch test ${sketch.base} --contract ${output}\n`)
    closing(probed.requests + 1, probed.leftovers)
  } finally {
    await rm(folder, { recursive: true, force: true })
  }
}

function unread(error: unknown): never {
  throw error instanceof Error ? couldNotRun(error.message, error) : error
}
