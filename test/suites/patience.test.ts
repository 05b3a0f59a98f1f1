import { expect, test } from 'vitest'
import { patiently } from '../../suites/delivery/patience.ts'

test('who was interrupted before begins no more, and waits for nothing', async () => {
  const begun: string[] = []
  const waiting = patiently({ timeout: 100_000, limit: 1, signal: AbortSignal.abort() }, () => void begun.push('watched'))
  await expect(waiting).rejects.toThrow('interrupted')
  expect(begun).toEqual([])
})

test('who is interrupted while waiting stops at once', async () => {
  const interrupt = new AbortController()
  const waiting = patiently({ timeout: 100_000, limit: 1, signal: interrupt.signal }, () => interrupt.abort())
  await expect(waiting).rejects.toThrow('interrupted')
})
