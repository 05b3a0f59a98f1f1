/**
 * Runs the tests of this project, or those whose path contains one of the arguments, and ends with `N passed, N failed`.
 * A skipped test says why. Where `IFMATCH_CI` is set nothing may be skipped, since all that is needed was installed.
 */
import { startVitest } from 'vitest/node'
import type { Reporter, TestModule } from 'vitest/node'

let passed = 0
let failed = Number(process.env.IFMATCH_FAILED_STEPS ?? 0)
const skips: string[] = []

const counter: Reporter = {
  onTestRunEnd(modules: readonly TestModule[], unhandledErrors) {
    failed += unhandledErrors.length
    for (const module of modules) {
      failed += module.errors().length
      for (const test of module.children.allTests()) {
        const result = test.result()
        if (result.state === 'passed') passed++
        else if (result.state === 'failed') failed++
        else skips.push(`${module.relativeModuleId}: ${test.fullName}: ${(result.state === 'skipped' && result.note) || 'no reason given'}`)
      }
      for (const suite of module.children.allSuites()) failed += suite.errors().length
    }
  },
}

const vitest = await startVitest(process.argv.slice(2), { run: true, watch: false, reporters: ['default', counter] })
await vitest.close()

for (const skip of skips) console.log(`skipped ${skip}`)
if (process.env.IFMATCH_CI) failed += skips.splice(0).length
if (passed + failed === 0) failed = 1
console.log(`${passed} passed, ${failed} failed${skips.length > 0 ? `, ${skips.length} skipped` : ''}`)
process.exit(failed > 0 ? 1 : 0)
