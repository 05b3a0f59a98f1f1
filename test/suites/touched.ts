import { isDeepStrictEqual } from 'node:util'
import { type Fault, fault } from '../../mock/fault.ts'
import { stages } from '../../mock/decide.ts'

/** Faults that a mock without them was asked about, and those that would have changed something. */
export interface Watch {
  /** To be given to the mock: it changes nothing. */
  fault: Fault
  /** Names of the faults that would have changed something since the mock was made. */
  touched: ReadonlySet<string>
}

/**
 * Asks every fault what it would have done, and does none of it. Hooks are functions of what they are given and of their own memory: as long as none
 * of a fault's hooks returns something else than it was given, a mock that has the fault and one that has it not answer the same. So what such a
 * fault leaves untouched in the course of a check needs no run to know its verdict. Whatever acts beside the hooks (windows, early heads) touches the
 * first write, and what is believed of a resource the first request for it.
 */
export function watch(faults: readonly Fault[]): Watch {
  const touched = new Set<string>()
  const memories = new Map(faults.map((each) => [each, new Map<string, unknown>()]))
  const memory = (each: Fault): { memory: Map<string, unknown> } => ({ memory: memories.get(each)! })
  const compare = <T>(given: T, ask: (each: Fault) => T | undefined): T => {
    for (const each of faults) {
      const got = ask(each)
      if (got !== undefined && got !== given && !isDeepStrictEqual(got, given)) touched.add(each.name)
    }
    return given
  }
  const believed = new Map<string, string[]>()
  const aside = faults.filter(({ window, early, possessive }) => window ?? early ?? possessive)
  return {
    touched,
    fault: fault({
      name: 'watched',
      title: 'changes nothing',
      resource(resource, contract) {
        const other = faults.filter((each) => each.resource && !isDeepStrictEqual(each.resource(resource, contract), resource))
        believed.set(
          resource.name,
          other.map(({ name }) => name),
        )
        return resource
      },
      request: (request) => compare(request, (each) => each.request?.(request)),
      stages: (order) => compare(order, (each) => each.stages?.(stages)),
      decision(decision, scene) {
        for (const name of believed.get(scene.model.resource.name) ?? []) touched.add(name)
        if (scene.role !== 'read' && scene.role !== 'list') for (const { name } of aside) touched.add(name)
        return compare(decision, (each) => each.decision?.(decision, { ...scene, ...memory(each) }))
      },
      writes: (writes, scene) => compare(writes, (each) => each.writes?.(writes, { ...scene, ...memory(each) })),
      token: (text, about) => compare(text, (each) => each.token?.(text, about)),
      answer: (answer, scene) => compare(answer, (each) => each.answer?.(answer, { ...scene, ...memory(each) })),
      lines: (lines, status) => compare(lines, (each) => each.lines?.(lines, status)),
      transport(scene) {
        for (const each of faults) if (each.transport?.({ ...scene, ...memory(each) }) !== undefined) touched.add(each.name)
        return undefined
      },
    }),
  }
}
