import { describe, expect, it } from 'vitest'
import { told } from './servers/hold.ts'
import { hold } from './servers/office/hold.ts'
import { oddities } from './servers/office/oddities.ts'

describe.concurrent('a conforming office is not accused', () => {
  it.each(oddities)('$name', async (oddity) => {
    const results = await hold(oddity)
    const warned = new Set(results.filter(({ verdict }) => verdict === 'warn').map(({ check }) => check))
    expect(told(results, 'fail')).toEqual([])
    const unsure = results.filter(({ verdict, check }) => verdict === 'inconclusive' && !Object.hasOwn(oddity.unsure ?? {}, check))
    expect(told(unsure, 'inconclusive')).toEqual([])
    expect([...warned].toSorted(), told(results, 'warn').join('\n')).toEqual(Object.keys(oddity.warns ?? {}).toSorted())
    // silence proves nothing: most of what the contract promises must have been judged
    expect(results.filter(({ verdict }) => verdict === 'pass').length).toBeGreaterThan(200)
  })
})
