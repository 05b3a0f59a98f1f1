import { defineConfig } from 'vitest/config'
import type { ViteUserConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that mostly wait, for a registry or for locks to be over, then the longest of the others: they begin first, so that none is left over for the end. */
const first = [
  'test/examples/servers.test.ts',
  'test/suites/matrix.test.ts',
  'test/suites/few-locks.test.ts',
  'test/package/tarball.test.ts',
  'test/suites/oddities.test.ts',
  'test/suites/office-oddities.test.ts',
  'test/race/past.test.ts',
  'test/suites/lost-updates.test.ts',
  'test/suites/known-bad.test.ts',
  'test/suites/office-known-bad.test.ts',
]

class LongestFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const early = first.flatMap((file) => sorted.filter(({ moduleId }) => moduleId.endsWith(file)))
    return [...early, ...sorted.filter((file) => !early.includes(file))]
  }
}

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only what hangs is meant to meet these: no test measures time.
    testTimeout: 150_000,
    hookTimeout: 300_000,
    // more than there are processors: about half of the time something is waited for
    maxWorkers: 3,
    maxConcurrency: 3,
    sequence: { sequencer: LongestFirst },
    // modules, and what they have compiled, are kept from file to file: a quarter less to compute
    isolate: false,
  },
})

export default config
