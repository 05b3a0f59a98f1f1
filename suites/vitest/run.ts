import { randomUUID } from 'node:crypto'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { BroadcastChannel } from 'node:worker_threads'
import type { Vitest } from 'vitest/node'
import { type Report, type Result, type Verdict, verdicts } from '../../reports/model.ts'
import { catalogue, subjectOf, subjects } from '../index.ts'
import { factsFrom } from '../facts/index.ts'
import type { Check } from '../kit/check.ts'
import { isInsecure } from '../kit/connections.ts'
import { Session } from '../kit/session.ts'
import { Inconclusive } from '../kit/verdict.ts'
import { openTarget, type Target, type TargetConfig } from '../target.ts'
import { Collector, type Progress } from './collector.ts'
import { type Parcel, packed } from './parcel.ts'

declare module 'vitest' {
  interface ProvidedContext {
    ifmatch: {
      parcel: Parcel
      checks: string[]
      files: string[]
      leaveOut: Record<string, string>
      limit: number | undefined
      channel: string
    }
  }
}

export interface RunOptions {
  /** With its contract, if it is loaded already. */
  target: TargetConfig | Target
  /** Which checks (default: all). */
  checks?: readonly Check[]
  /** Files that export those of them that are not in the catalogue. */
  files?: readonly string[]
  /** Checks left out, by id, with the reason. */
  leaveOut?: Readonly<Record<string, string>>
  /** Milliseconds that one check on one resource may take. */
  limit?: number
  /** What the first request has to wait for, such as a server that starts; vitest starts meanwhile. The base URLs of the target are read after it. */
  ready?: Promise<unknown>
  /** Interrupts the run: what is under way is cleaned up, the report is not complete. */
  signal?: AbortSignal
  /** Of ifmatch, for the report. */
  version: string
}

/** Nobody answers at the target's URL. */
export class Unreachable extends Error {
  constructor(url: string, reason: string) {
    super(`nobody answers at ${url}: ${reason}`)
    this.name = 'Unreachable'
  }
}

/**
 * Holds a target against the checks, run by vitest in a worker of its own.
 * @param onProgress called with each result as it comes
 * @throws ContractError with everything that is wrong with the contract, before the first request
 * @throws Unreachable if nobody answers at the base URL
 */
export async function runSuites(options: RunOptions, onProgress: (progress: Progress) => void = () => {}): Promise<Report> {
  const started = new Date()
  const begin = performance.now()
  const { target: config, checks = catalogue, leaveOut = {}, signal } = options
  const [{ createVitest }, target] = await Promise.all([import('vitest/node'), openTarget(config)])
  const collector = new Collector(onProgress)
  const channel = `ifmatch-${randomUUID()}`
  const wire = new BroadcastChannel(channel)
  let vitest: Vitest | undefined
  let stopping: NodeJS.Timeout | undefined
  const interrupt = (): void => {
    // the worker may not listen yet
    // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a BroadcastChannel has none
    stopping = setInterval(() => wire.postMessage('stop'), 50)
  }
  signal?.addEventListener('abort', interrupt, { once: true })
  try {
    const here = fileURLToPath(import.meta.url)
    const making = createVitest({
      config: false,
      root: path.dirname(here),
      include: [`checks.suite${path.extname(here)}`],
      exclude: [],
      watch: false,
      pool: 'threads',
      isolate: false,
      fileParallelism: false,
      maxConcurrency: Math.max(16, config.limits.concurrency * 2),
      // but for the suite itself all modules are loaded as they are: nothing in them has to be transformed
      server: { deps: { external: [/^(?!.*\/checks\.suite\.[jt]s)/] } },
      cache: false,
      fsModuleCache: false,
      passWithNoTests: true,
      tags: tagsOf(checks),
      reporters: [collector],
      attachmentsDir: path.join(process.cwd(), '.ifmatch'),
    })
    const [made, reached] = await Promise.allSettled([making, reach(target, options)])
    if (made.status === 'rejected') throw made.reason
    vitest = made.value
    if (reached.status === 'rejected') throw reached.reason
    const session = reached.value
    vitest.provide('ifmatch', {
      parcel: packed(target),
      checks: checks.map(({ id }) => id),
      files: [...(options.files ?? [])],
      leaveOut: { ...leaveOut },
      limit: options.limit,
      channel,
    })
    if (!signal?.aborted) await vitest.start()
    const results = sorted(collector.results, checks, [...target.loaded.resources.keys()])
    // a subject that could not be judged fails in vitest; here its results say so themselves
    const errors = collector.errors.filter((message) => !message.startsWith('nothing could be judged'))
    if (results.length === 0 && errors.length > 0 && !signal?.aborted) throw new Error(errors[0])
    return {
      complete: !signal?.aborted && errors.length === 0,
      tool: { name: 'ifmatch', version: options.version },
      target: { name: config.name, urls: config.urls.map((url) => session.redactor.url(url)) },
      contract: { file: config.contract, title: target.loaded.title, digest: target.loaded.digest, dialects: target.loaded.dialects },
      seed: config.seed,
      started: started.toISOString(),
      ms: Math.round(performance.now() - begin),
      insecure: isInsecure(config),
      results,
      facts: factsFrom(
        collector.sightings,
        target.loaded.resources,
        checks.map(({ id }) => id),
      ),
      leftovers: collector.leftovers,
      summary: Object.fromEntries(
        verdicts.map((verdict) => [verdict, results.filter((result) => result.verdict === verdict).length]),
      ) as Record<Verdict, number>,
    }
  } finally {
    signal?.removeEventListener('abort', interrupt)
    clearInterval(stopping)
    wire.close()
    await vitest?.close()
    // vitest leaves its failures in the exit code; ours is the cli's to decide
    process.exitCode = undefined
  }
}

/** Knocks at the target when it is ready. @throws Unreachable if nobody answers */
async function reach(target: Target, { ready, signal }: RunOptions): Promise<Session> {
  await ready
  const session = new Session(target)
  try {
    await session.knock(signal ?? new AbortController().signal)
  } catch (error) {
    if (error instanceof Inconclusive && !signal?.aborted)
      throw new Unreachable(session.redactor.url(session.node), error.message.replace(/^[^:]*: /, ''))
    if (!signal?.aborted) throw error
  } finally {
    await session.close()
  }
  return session
}

/** The tags that tests carry where they are asked for, to be declared in a vitest configuration (`test.tags`). */
export const conflictTags: { name: string; description: string }[] = [
  ...Object.keys(subjects).map((name) => ({ name, description: `checks of ${name}` })),
  { name: 'must', description: 'a clear MUST of a standard' },
  { name: 'should', description: 'a SHOULD of a standard' },
  { name: 'practice', description: 'good practice' },
  { name: 'contract', description: "a promise of the target's own contract" },
]

/** Those that the catalogue has, and the subjects of other checks. */
function tagsOf(checks: readonly Check[]): typeof conflictTags {
  const known = new Set(conflictTags.map(({ name }) => name))
  const others = new Set(checks.map(subjectOf).filter((name) => !known.has(name)))
  return [...conflictTags, ...[...others].map((name) => ({ name, description: `checks of ${name}` }))]
}

/** In the order of the checks and of the contract's resources, whoever was done first. */
function sorted(results: Result[], checks: readonly Check[], resources: string[]): Result[] {
  const place = new Map(checks.map(({ id }, at) => [id, at]))
  return results.toSorted(
    (a, b) =>
      (place.get(a.check) ?? 0) - (place.get(b.check) ?? 0) || resources.indexOf(a.resource ?? '') - resources.indexOf(b.resource ?? ''),
  )
}
