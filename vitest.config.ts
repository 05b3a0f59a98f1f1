import { defineConfig } from 'vitest/config'
import type { ViteUserConfig } from 'vitest/config'
import { BaseSequencer, type TestSpecification } from 'vitest/node'

/** Files that mostly wait, for a registry or for locks to be over: they begin first, so that the others fill their pauses. */
const patient = [
  'test/examples/servers.test.ts',
  'test/suites/matrix.test.ts',
  'test/suites/few-locks.test.ts',
  'test/package/tarball.test.ts',
]

class PatientFirst extends BaseSequencer {
  override async sort(files: TestSpecification[]): Promise<TestSpecification[]> {
    const sorted = await super.sort(files)
    const first = patient.flatMap((file) => sorted.filter(({ moduleId }) => moduleId.endsWith(file)))
    return [...first, ...sorted.filter((file) => !first.includes(file))]
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
    sequence: { sequencer: PatientFirst },
    // modules, and what they have compiled, are kept from file to file: a quarter less to compute
    isolate: false,
  },
})

export default config
