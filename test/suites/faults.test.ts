import { describe, expect, test } from 'vitest'
import { faults } from '../../mock/index.ts'
import { catalogue } from '../../suites/index.ts'

describe('the catalogue', () => {
  test.for(catalogue)('$id names a fault, and only faults that there are', (check) => {
    expect(check.catches).not.toEqual([])
    expect(faults.map(({ name }) => name)).toEqual(expect.arrayContaining([...check.catches]))
  })

  test('every fault is caught by a check', () => {
    // how surely the narrow windows are found is measured apart; a lock in each node is found where the target has several (`test/race/nodes.test.ts`);
    // an answer that is lost is no finding, but what races and creates must live with
    const races = ['check-then-write-turn', 'check-then-write-1ms', 'check-then-write-5ms', 'locked-per-listener', 'answer-lost']
    const caught = new Set([...races, ...catalogue.flatMap((check) => check.catches)])
    expect(faults.map(({ name }) => name).filter((name) => !caught.has(name))).toEqual([])
  })

  test('no two checks have one id, no two faults one name', () => {
    for (const names of [catalogue.map(({ id }) => id), faults.map(({ name }) => name)]) expect(names).toEqual([...new Set(names)])
  })

  test('ids stay what they are', async () => {
    await expect(
      `${catalogue
        .map(({ id }) => id)
        .sort()
        .join('\n')}\n`,
    ).toMatchFileSnapshot('pinned/ids.txt')
  })
})
