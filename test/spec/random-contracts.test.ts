import fc from 'fast-check'
import { expect, test } from 'vitest'
import { ContractError } from '../../spec/index.ts'
import { loadText, things } from './loading.ts'

test('whatever stands in x-conflict, there is a contract or a ContractError, never anything else', () =>
  fc.assert(
    fc.asyncProperty(
      fc.dictionary(
        fc.constantFrom(
          'extends',
          'token',
          'guards',
          'unique',
          'rules',
          'outcomes',
          'identity',
          'payload',
          'operations',
          'idempotency',
          'with',
          'resources',
          'marker',
          'sample',
          'locks',
          'bulk',
          'order',
        ),
        fc.oneof(
          fc.jsonValue({ maxDepth: 3 }),
          fc.dictionary(
            fc.constantFrom(
              'update',
              'read',
              'send',
              'thing',
              'stale',
              'key',
              'fields',
              'kind',
              'act',
              'acquire',
              'call',
              'items',
              'results',
              'as',
            ),
            fc.oneof(
              fc.constantFrom<unknown>(
                '$response.header.ETag',
                '$request.body#/name',
                '$item',
                'shipThing',
                '$id.no',
                'stale',
                'done',
                false,
                null,
                [],
                {},
              ),
              fc.dictionary(
                fc.constantFrom('send', 'token', 'status', 'where', 'kind', 'guards', 'rules', 'locks', 'acquire', 'create'),
                fc.jsonValue({ maxDepth: 2 }),
              ),
            ),
          ),
        ),
      ),
      async (said) => {
        try {
          await loadText(`${things}x-conflict: ${JSON.stringify({ version: 1, ...said })}\n`)
        } catch (error) {
          expect(error).toBeInstanceOf(ContractError)
          for (const { line, column, message } of (error as ContractError).problems)
            expect([line > 0, column > 0, message.length > 10]).toEqual([true, true, true])
        }
      },
    ),
    { seed: 22, numRuns: 250 },
  ))
