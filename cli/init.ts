import type { Command } from 'commander'
import type { Leftover } from '../reports/model.ts'
import type { ResourceFindings } from '../spec/candidates/finding.ts'
import type { Contract } from '../spec/contract.ts'
import type { TargetConfig } from '../suites/target.ts'
import { wrongUsage } from './failure.ts'
import { byExample } from './init-example.ts'
import { hintOf, usable } from './init-hint.ts'
import { checkOutput, writeOutput } from './init-output.ts'
import { interruption } from './interrupt.ts'
import { collect, wholeNumber } from './options.ts'
import type { TargetOptions } from './target-options.ts'
import { targetOf } from './targets.ts'

/** What `ifmatch init` was told, as commander read it. */
export interface InitOptions extends Pick<TargetOptions, 'header' | 'timeout' | 'seed'> {
  output?: string
  force?: boolean
  probe?: string
  target?: string
  resource?: string[]
  collection?: string
  item?: string
  with?: string[]
  sample?: string
  dryRun?: boolean
  verbose?: boolean
}

/** `ifmatch init`: writes the beginning of a contract. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('write the beginning of a contract: what a document suggests, what requests settle')
    .argument('[document]', 'an OpenAPI document (file or URL) without x-conflict')
    .option(
      '-o, --output <file>',
      'where to write; - is standard output (default: contract.overlay.yaml, without a document contract.openapi.yaml)',
    )
    .option('--force', 'write over a file that exists')
    .option('--probe <url>', 'base URL of an API to try things out on; it creates, changes and deletes items of its own')
    .option('--target <file>', 'a target file in place of --probe: base URL, credentials, limits')
    .option('--resource <name>', 'probe only this resource of the document (repeat)', collect)
    .option(
      '--collection <url|path>',
      'without a document: an example of a collection, as https://api.example.com/v1/notes; with one: the path that creates',
    )
    .option(
      '--item <url|path>',
      'without a document: an example of an item in it, as https://api.example.com/v1/notes/17; with one: a path that it takes for no item',
    )
    .option(
      '--with <place=value>',
      "with a document and --item: what each request says, as '$request.path.bucket=photos' (repeat)",
      collect,
    )
    .option(
      '--sample <file>',
      'with --item: a body that create accepts, {$unique} and {$marker} in it filled in (default: made from the example item)',
    )
    .option('--dry-run', 'print what a probe would send, and send nothing')
    .option('--header <name: value>', 'a header for each request; its value is written nowhere (repeat)', collect)
    .option('--timeout <ms>', 'how long to wait for an answer (default: 10000)', wholeNumber('--timeout', 1, 600_000))
    .option('--seed <text>', 'makes the values that are sent the same again (default: random)')
    .option('--verbose', 'stack traces of errors')
    .action(init)
}

async function init(document: string | undefined, options: InitOptions): Promise<void> {
  if (document === undefined && (options.item !== undefined || options.collection !== undefined)) {
    if (options.with?.length) throw wrongUsage(`--with ${options.with[0]}: is for a document; examples say it in their URLs`)
    return byExample(options)
  }
  if (document === undefined) throw wrongUsage('init: name an OpenAPI document, or give example URLs with --collection and --item')
  if (options.probe !== undefined && options.target !== undefined)
    throw wrongUsage(`--probe ${options.probe}: the target file ${options.target} names its own URL`)
  const [{ loadBare }, { suggest }] = await Promise.all([import('../spec/candidates/draft.ts'), import('../spec/candidates/suggest.ts')])
  const hint = await hintOf(options)
  const bare = await usable(() => loadBare(document, hint))
  const suggested = suggest(bare)
  for (const name of options.resource ?? [])
    if (!suggested.some((one) => one.name === name))
      throw wrongUsage(
        `--resource ${name}: the document has no such resource to write; it has ${suggested.map((one) => one.name).join(', ') || 'none'}`,
      )
  const config = options.target ?? options.probe
  if (options.dryRun) return showPlan(bare, suggested, options)
  const output = options.output ?? 'contract.overlay.yaml'
  await checkOutput(output, options)
  if (config === undefined) return finish(document, bare, suggested, output, options)
  const { resources, requests, leftovers } = await tried(await configOf(config, document, options), bare, options)
  await finish(document, bare, resources, output, options)
  closing(requests, leftovers)
}

/** The target, as a run of the suites would take it. */
export async function configOf(argument: string, contract: string, options: InitOptions): Promise<TargetConfig> {
  const isUrl = /^https?:\/\//i.test(argument)
  const config = await targetOf(argument, {
    ...(isUrl && { contract }),
    header: options.header,
    timeout: options.timeout,
    seed: options.seed,
  } as TargetOptions)
  if (config.readOnly) throw wrongUsage(`${argument}: the target is read-only, but a probe writes`)
  return config
}

/** Probes; says on standard error how far it is. */
export async function tried(
  config: TargetConfig,
  bare: Contract,
  options: InitOptions,
): Promise<import('../suites/probe/index.ts').Probed> {
  const { probe } = await import('../suites/probe/index.ts')
  const signal = interruption()
  const probed = await probe(config, bare, { only: options.resource, signal, tell: (line) => void process.stderr.write(`${line}\n`) })
  if (signal.aborted) process.exitCode = 130
  return probed
}

/** What a probe took, and what it left behind. */
export function closing(requests: number, leftovers: readonly Leftover[]): void {
  process.stderr.write(`${requests} requests were sent\n`)
  for (const { url, reason } of leftovers) process.stderr.write(`ifmatch: left behind: ${url}: ${reason}\n`)
}

async function finish(
  document: string,
  bare: Contract,
  resources: readonly ResourceFindings[],
  output: string,
  options: InitOptions,
): Promise<void> {
  const [{ fitted }, { writeOverlay }] = await Promise.all([import('../spec/candidates/fit.ts'), import('../spec/candidates/overlay.ts')])
  const { text } = await fitted(document, resources, (fitting, lacking) =>
    writeOverlay(bare.title, head(document, options), fitting, lacking),
  )
  await writeOutput(text, output, options)
  if (output !== '-') process.stderr.write(`${told(resources)}\nnext: read ${output}, then ifmatch show ${document} --overlay ${output}\n`)
}

/** The comment that begins what is written. */
export function head(document: string, { probe, target }: InitOptions): string[] {
  const tried = target ?? probe
  return [
    tried === undefined
      ? `What ${document} suggests about conflicts, read by \`ifmatch init\`. Nothing was tried.`
      : `What ${document} suggests about conflicts, and what ${tried} did, by \`ifmatch init\`.`,
    '',
    tried === undefined
      ? 'What stands here without a # is what the document itself says.'
      : 'What stands here without a # was seen; the comment above it says what was sent and answered.',
    'A line after ## is a guess, with its confidence and the line that it rests on: if it is true, take away the ## line and the # of the',
    'lines under it. ## ? is a question for you. See docs/your-api.md.',
    '',
  ]
}

export function told(resources: readonly ResourceFindings[]): string {
  const all = resources.flatMap(({ findings }) => findings)
  const questions = resources.flatMap((resource) => resource.questions).length
  const some = (count: number, word: string): string => `${count} ${word}${count === 1 ? '' : 's'}`
  const said = all.filter(({ sure }) => sure).length
  return `${some(resources.length, 'resource')}: ${some(said, 'thing')} said, ${all.length - said} guessed, ${some(questions, 'question')}`
}

async function showPlan(bare: Contract, suggested: readonly ResourceFindings[], { resource: only }: InitOptions): Promise<void> {
  const { planOf } = await import('../suites/probe/index.ts')
  const plans = suggested.filter(({ name }) => only?.includes(name) ?? true).map(({ name }) => planOf(bare.resources.get(name)!))
  for (const { resource, steps, most } of plans) {
    process.stdout.write(`${resource}: at most ${most} requests, and those that clean up\n`)
    for (const { what, requests } of steps) process.stdout.write(`  ${String(requests).padStart(2)}  ${what}\n`)
    if (!steps.length) process.stdout.write('   0  nothing creates an item: not probed\n')
  }
  process.stdout.write(`altogether at most ${plans.reduce((sum, { most }) => sum + most, 0)} requests\n`)
}
