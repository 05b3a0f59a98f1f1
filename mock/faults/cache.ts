import { fault, type AnsweredScene, type Fault } from '../fault.ts'
import { headerOf, withHeader, type Answer } from '../message.ts'
import { isRefusal } from './edit.ts'

/** A cache in front that keeps what it should not. */

export const refusalFromCache: Fault = fault({
  name: 'refusal-from-cache',
  title: 'gives the refusal of a write again to the next write of that address',
  decision(decision, scene) {
    const key = addressOf(scene)
    const kept = scene.memory.get(key) as typeof decision | undefined
    if (isRefusal(decision, 'stale')) scene.memory.set(key, decision)
    return decision.kind === 'perform' && kept !== undefined ? kept : decision
  },
  answer(answer, scene) {
    const key = `${addressOf(scene)} seen`
    if (!isRefusal(scene.decision, 'stale')) return answer
    const again = scene.memory.has(key)
    scene.memory.set(key, true)
    return again ? aged(answer) : answer
  },
})

export const readFromCache: Fault = fault({
  name: 'read-from-cache',
  title: 'gives the first answer to a read again, whatever was written, unless the client asks for a fresh one',
  answer: (answer, scene) => (answer.status === 200 ? kept(answer, scene) : answer),
})

export const notFoundFromCache: Fault = fault({
  name: 'not-found-from-cache',
  title: 'remembers that there was nothing at an address',
  answer(answer, scene) {
    const key = addressOf(scene)
    if (scene.role !== 'read' || !mayBeStored(scene)) return answer
    if (answer.status === 404) scene.memory.set(key, answer)
    return answer.status === 200 && scene.memory.has(key) ? aged(scene.memory.get(key) as Answer) : answer
  },
})

function kept(answer: Answer, scene: AnsweredScene): Answer {
  const key = addressOf(scene)
  if (scene.role !== 'read' || !mayBeStored(scene)) return answer
  const known = scene.memory.get(key) as Answer | undefined
  if (known === undefined) scene.memory.set(key, answer)
  return known === undefined ? answer : aged(known)
}

function addressOf({ received }: Pick<AnsweredScene, 'received'>): string {
  return `${received.method} ${received.target}`
}

function mayBeStored({ received }: AnsweredScene): boolean {
  return headerOf(received.headers, 'cache-control') === undefined && headerOf(received.headers, 'if-none-match') === undefined
}

function aged(answer: Answer): Answer {
  return { ...answer, headers: withHeader(answer.headers, 'Age', '7') }
}
