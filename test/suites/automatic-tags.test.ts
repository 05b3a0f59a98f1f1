import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { fault } from '../../mock/fault.ts'
import { createMock } from '../../mock/index.ts'
import { headerOf, withHeader } from '../../mock/message.ts'
import type { Result } from '../../reports/model.ts'
import { catalogue } from '../../suites/index.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { Session } from '../../suites/kit/session.ts'
import { withDefaults } from '../../suites/target.ts'
import { referenceContract } from './built-in.ts'
import { told } from './servers/hold.ts'

/** Some frameworks (Express) give every answer with content a tag of its bytes, refusals included. It has nothing to do with the version that writes compare. */
const automaticTags = fault({
  name: 'automatic-tags',
  title: 'gives each answer a tag of its bytes',
  answer: (answer) =>
    answer.body.length === 0 || headerOf(answer.headers, 'etag') !== undefined
      ? answer
      : { ...answer, headers: withHeader(answer.headers, 'ETag', `W/"${createHash('sha1').update(answer.body).digest('base64url')}"`) },
})

test('tags of the bytes of every answer are not held against a version in the content', { timeout: 60_000 }, async () => {
  const loaded = await referenceContract(['conflict409'])
  const listening = await createMock(loaded, { seed: 'automatic', faults: [automaticTags] }).listen({ port: 0 })
  const target = { ...withDefaults({ urls: [listening.url], contract: 'built-in', seed: 'automatic' }), loaded }
  const session = new Session(target)
  const results: Result[] = []
  try {
    for (const check of catalogue.filter(({ races }) => !races))
      results.push(...(await runCheck(check, target, { session, resource: 'note' })))
  } finally {
    await session.close()
    await listening.close()
  }
  expect(told(results, 'fail', 'warn', 'inconclusive')).toEqual([])
  expect(results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(40)
})
