import { defineConfig } from 'vitest/config'
import type { ViteUserConfig } from 'vitest/config'

const config: ViteUserConfig = defineConfig({
  test: {
    include: ['test/**/*.test.ts'],
    // Only what hangs is meant to meet these: no test measures time.
    testTimeout: 150_000,
    hookTimeout: 300_000,
    maxWorkers: 2,
    maxConcurrency: 2,
    // modules, and what they have compiled, are kept from file to file: a quarter less to compute
    isolate: false,
  },
})

export default config
