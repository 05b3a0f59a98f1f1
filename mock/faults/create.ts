import { fault, type AnsweredScene, type Fault } from '../fault.ts'
import { withHeader } from '../message.ts'

/** Bugs of creates. */

export const locationMissing: Fault = fault({
  name: 'location-missing',
  title: 'does not say where a new item is',
  answer: (answer, scene) => (isCreated(scene) ? { ...answer, headers: withHeader(answer.headers, 'Location', undefined) } : answer),
})

export const locationElsewhere: Fault = fault({
  name: 'location-elsewhere',
  title: 'says of a new item that it is where another is',
  answer: (answer, scene) =>
    isCreated(scene)
      ? { ...answer, headers: answer.headers.map(([name, value]) => [name, /^location$/i.test(name) ? `${value}-1` : value]) }
      : answer,
})

/** A proxy that did not wait long enough and asked again. */
export const createTwice: Fault = fault({
  name: 'create-twice',
  title: 'carries a create out twice and answers once',
  writes(writes, scene) {
    const [made] = writes
    if (scene.role !== 'create' || scene.decision.kind !== 'perform' || made?.kind !== 'put') return writes
    return [...writes, { kind: 'put', item: scene.twin(made.item) }]
  },
})

function isCreated({ role, decision }: AnsweredScene): boolean {
  return role === 'create' && decision.kind === 'perform'
}
