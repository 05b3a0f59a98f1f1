import { expect } from 'vitest'
import type { Result } from '../../../reports/model.ts'
import { told } from './hold.ts'

/** What is to be said of a server with one bug. */
export interface Known<Bug extends string> {
  bug: Bug
  /** The checks that are about it. */
  caught: string[]
  /** Subjects whose requirements the bug breaks besides: no other may be accused. */
  with?: string[]
  /** Checks that only warn of it, where that is all it is worth. */
  warned?: string[]
}

/** The bug is found by the checks that are about it, and nothing else is accused. */
export function expectCaught(results: Result[], { caught, with: besides = [], warned = [] }: Known<string>): void {
  const failed = new Set(results.filter(({ verdict }) => verdict === 'fail').map(({ check }) => check))
  const accused = new Set(results.filter(({ verdict }) => verdict === 'fail' || verdict === 'warn').map(({ check }) => check))
  expect(
    caught.filter((check) => !failed.has(check)),
    told(results, 'fail', 'skip').join('\n'),
  ).toEqual([])
  expect(warned.filter((check) => !accused.has(check))).toEqual([])
  // what is wrong with one request is wrong with several at once
  const subjects = ['races/', ...[...caught, ...warned].map((check) => `${check.split('/')[0]}/`)]
  expect([...accused].filter((check) => ![...subjects, ...besides].some((known) => check.startsWith(known)))).toEqual([])
  expect(told(results, 'inconclusive')).toEqual([])
}

/** What is to be said of a conforming server that differs from the ordinary one. */
export interface Odd {
  /** Warnings with a cause: check → why it is right to warn. */
  warns?: Record<string, string>
  /** What cannot be judged, with its cause. */
  unsure?: Record<string, string>
}

/** Nothing is accused, and nothing left unjudged, but what is told with its cause. */
export function expectSpared(results: Result[], { warns = {}, unsure = {} }: Odd): void {
  expect(told(results, 'fail')).toEqual([])
  const open = results.filter(({ verdict, check }) => verdict === 'inconclusive' && !Object.hasOwn(unsure, check))
  expect(told(open, 'inconclusive')).toEqual([])
  const warned = new Set(results.filter(({ verdict }) => verdict === 'warn').map(({ check }) => check))
  expect([...warned].toSorted(), told(results, 'warn').join('\n')).toEqual(Object.keys(warns).toSorted())
}
