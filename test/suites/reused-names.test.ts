import { expect, test } from 'vitest'
import * as beforeConditions from '../../suites/before-conditions.ts'
import * as ifNoneMatch from '../../suites/if-none-match.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { ruleOverridden } from '../../suites/overriding-rules.ts'
import * as state from '../../suites/state.ts'
import { serve, targetAt } from './documents.ts'

/** A name that is given again at once: what was deleted seems to be there, though it is another item. */
test.for([ifNoneMatch.missingItem, beforeConditions.notFoundFirst, state.deleteAgain])(
  '$id holds nothing against a server that gives the name of a deleted item to the next',
  async (check) => {
    await using server = await serve({ reuses: true })
    const [result] = await runCheck(check, await targetAt(server.url))
    expect(result).toMatchObject({ verdict: 'pass', reason: null })
  },
)

test.for([state.parentMissing, ruleOverridden])('$id finds a parent that is gone on such a server', async (check) => {
  await using server = await serve({ reuses: true })
  const overlays = [new URL('nested-documents.overlay.yaml', import.meta.url).pathname]
  const [result] = await runCheck(check, await targetAt(server.url, { overlays }))
  expect(result).toMatchObject({ verdict: 'pass', reason: null })
})
