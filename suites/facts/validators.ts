import type { Resource } from '../../spec/contract.ts'
import type { Conclusion, Sighting } from './sighting.ts'
import { isWritten, type Step, type Story } from './story.ts'

/** What reads carry that names a version: entity tags and how strong they are, dates; and whether writes tell the new tag. */

/** One thing that an answer showed. */
export type Glimpse = Pick<Sighting, 'fact' | 'value' | 'amount'> & { step: Step }

/** What is seen of the validators of one item. */
export function* validatorsIn({ steps }: Story): Generator<Glimpse> {
  let weak: string | undefined
  for (const step of steps) {
    const tag = step.answer.header('etag')
    if (step.read) {
      yield { fact: 'last-modified', value: step.answer.header('last-modified') === undefined ? 'none' : 'sent', step }
      if (tag === undefined) yield { fact: 'entity-tags', value: 'none', step }
      else if (tag.startsWith('W/')) yield { fact: 'entity-tags', value: 'weak', step }
      else yield { fact: 'entity-tags', value: weak === `W/${tag}` ? 'turns' : 'strong', step }
      if (tag?.startsWith('W/')) weak = tag
    }
    if (isWritten(step) && step.answer.status !== 303) yield { fact: 'tag-of-write', value: tag === undefined ? 'none' : 'told', step }
  }
}

const strengths: { [value: string]: string } = {
  strong: 'strong entity tags',
  weak: 'weak entity tags',
  'weak-then-strong': 'entity tags that are weak at first and turn strong',
  'strong-and-weak': 'some entity tags are strong, some weak',
  none: 'reads carry no entity tag',
  some: 'some reads carry an entity tag, some do not',
}

/** From all sightings of the fact, in the order of the checks. */
export function entityTags(sightings: readonly Sighting[]): Conclusion {
  const first = (value: string): Sighting | undefined => sightings.find((one) => one.value === value)
  const [strong, weak, turns, none] = ['strong', 'weak', 'turns', 'none'].map(first)
  const tag = strong ?? weak ?? turns
  const value =
    tag && none ? 'some' : turns ? 'weak-then-strong' : strong && weak ? 'strong-and-weak' : strong ? 'strong' : weak ? 'weak' : 'none'
  const from = value === 'some' ? none : (turns ?? tag ?? none)
  return from && { value, words: strengths[value]!, from }
}

export function lastModified(sightings: readonly Sighting[]): Conclusion {
  return either(sightings, ['sent', 'none'], {
    sent: 'reads carry Last-Modified',
    none: 'reads carry no Last-Modified',
    both: 'some reads carry Last-Modified, some do not',
  })
}

/** Nothing to tell where no read carries a tag either. */
export function tagOfWrite(sightings: readonly Sighting[], _: Resource, others: readonly Sighting[]): Conclusion {
  if (!others.some(({ fact, value }) => fact === 'entity-tags' && value !== 'none')) return undefined
  return either(sightings, ['told', 'none'], {
    told: 'answers to writes tell the new tag',
    none: 'answers to writes tell no tag',
    both: 'some answers to writes tell the new tag, some do not',
  })
}

/** One of two values, or `both`, which is told from the first sighting of the second. */
export function either<A extends string, B extends string>(
  sightings: readonly Sighting[],
  [one, other]: [A, B],
  words: Record<A | B | 'both', string>,
): Conclusion {
  const [first, second] = [sightings.find(({ value }) => value === one), sightings.find(({ value }) => value === other)]
  const value = first && second ? 'both' : first ? one : other
  const from = second ?? first
  return from && { value, words: words[value], from }
}
