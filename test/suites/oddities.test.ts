import { describe, expect, it } from 'vitest'
import { expectSpared } from './servers/caught.ts'
import { hold, told } from './servers/hold.ts'
import { oddities, weakAtFirst } from './servers/oddities.ts'

describe.concurrent('a conforming server is not accused', () => {
  it.each(oddities)('$name', async (oddity) => {
    const results = await hold(oddity)
    expectSpared(results, oddity)
    // silence proves nothing: most of the catalogue must have been judged
    expect(results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(120)
  })

  it('tags that are weak for the first second are waited for: what compares strongly is judged, not skipped', async () => {
    const results = await hold({ habits: { tag: weakAtFirst }, only: 'if-match/' })
    expect(told(results, 'skip').filter((line) => line.includes('on book') && !line.includes('not promised'))).toEqual([])
    expect(results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(15)
  })

  it('forms under tags of their own pass what the mock, which has one form of each item, cannot show', async () => {
    const forms = { gzip: 'asked', codedEnd: '-gzip', german: true } as const
    const results = await hold({ habits: forms, only: 'entity-tags/' })
    const passed = results.filter(({ verdict, resource }) => verdict === 'pass' && resource === 'book').map(({ check }) => check)
    expect(passed).toEqual(expect.arrayContaining(['entity-tags/coding-distinct', 'entity-tags/variants-distinct']))
  })

  it('429 now and then: what was refused by it may be left unjudged, and nothing else is said', async () => {
    const results = await hold({ habits: { throttle: 50 } })
    expect(told(results, 'fail', 'warn')).toEqual([])
    expect(told(results, 'inconclusive').filter((line) => !line.includes('429'))).toEqual([])
    expect(results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(120)
  })
})
