/** `ifmatch/vitest`: the checks as tests of a vitest project of one's own. */
export { type CustomChecks, ChecksError, loadChecks } from '../custom.ts'
export { catalogue } from '../index.ts'
export { openTarget, type Target, type TargetConfig, withDefaults } from '../target.ts'
export { loadTarget } from '../target-file.ts'
export { conflictTests, type RegisterOptions, type Vitest } from './register.ts'
export { conflictTags, runSuites, type RunOptions, Unreachable } from './run.ts'
