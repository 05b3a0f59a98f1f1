import { writeFile } from 'node:fs/promises'
import type { Command } from 'commander'
import type { Contract } from '../spec/contract.ts'
import type { ResourceFindings } from '../spec/candidates/finding.ts'
import { couldNotRun, wrongUsage } from './failure.ts'

interface InitOptions {
  output: string
  force?: boolean
  verbose?: boolean
}

/** `ifmatch init DOCUMENT`: writes the beginning of a contract, as an Overlay. */
export function addInit(program: Command): void {
  program
    .command('init')
    .description('write the beginning of a contract: what a document suggests, what a probe settles')
    .argument('[document]', 'an OpenAPI document (file or URL) without x-conflict')
    .option('-o, --output <file>', 'where to write; - is standard output', 'contract.overlay.yaml')
    .option('--force', 'write over a file that exists')
    .option('--verbose', 'stack traces of errors')
    .action(init)
}

async function init(document: string | undefined, options: InitOptions): Promise<void> {
  if (document === undefined) throw wrongUsage('init: name an OpenAPI document; see ifmatch init --help')
  const [{ loadBare }, { suggest }, { fitted }, { writeOverlay }] = await Promise.all([
    import('../spec/candidates/draft.ts'),
    import('../spec/candidates/suggest.ts'),
    import('../spec/candidates/fit.ts'),
    import('../spec/candidates/overlay.ts'),
  ])
  const bare = await loadBare(document)
  const found = suggest(bare)
  const { text } = await fitted(document, found, (resources) => writeOverlay(bare.title, head(document), resources))
  await write(text, options)
  process.stderr.write(told(bare, found, document, options.output))
}

function head(document: string): string[] {
  return [
    `What ${document} suggests about conflicts, read by \`ifmatch init\`. Nothing was tried.`,
    '',
    'What stands here without a # is what the document itself says. A line after ## is a guess, with its confidence and the line that it',
    'rests on: if it is true, take away the ## line and the # of the lines under it. ## ? is a question. See docs/your-api.md.',
    '',
  ]
}

/** Writes the text, never over a file that exists unless told so. */
async function write(text: string, { output, force }: InitOptions): Promise<void> {
  if (output === '-') return void process.stdout.write(text)
  try {
    await writeFile(output, text, { flag: force ? 'w' : 'wx' })
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException
    if (code === 'EEXIST') throw wrongUsage(`${output}: exists already; name another file with -o, or write over it with --force`, error)
    throw couldNotRun(`${output}: cannot be written (${code ?? String(error)}); name another file with -o`, error)
  }
}

function told(contract: Contract, found: readonly ResourceFindings[], document: string, output: string): string {
  const guesses = found.flatMap(({ findings }) => findings.filter(({ sure }) => !sure)).length
  const sure = found.flatMap(({ findings }) => findings.filter((finding) => finding.sure)).length
  const questions = found.flatMap((resource) => resource.questions).length
  const next = output === '-' ? '' : `next: read ${output}; then ifmatch show ${document} --overlay ${output}\n`
  return `${found.length} of ${contract.resources.size} resources can be written; ${sure} said, ${guesses} guessed, ${questions} questions\n${next}`
}
