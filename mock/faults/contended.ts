import { fault, type Fault } from '../fault.ts'
import { contended } from '../competitor.ts'

/** The write waited for another, gave up waiting, and went through. */
export const contendedButWritten: Fault = fault({
  name: 'contended-but-written',
  title: 'says that another write is under way, and performs this one all the same',
  decision: (decision, scene) => (decision.kind === 'perform' ? (contended(scene.facts) ?? decision) : decision),
  writes(writes, scene) {
    const { decision } = scene
    const perform = decision.kind === 'refuse' && decision.name === 'contended' ? scene.perform() : undefined
    return perform === undefined ? writes : scene.writesOf(perform)
  },
})
