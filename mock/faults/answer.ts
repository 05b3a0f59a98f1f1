import { fault, type Fault } from '../fault.ts'

/** What the database said. */
export const leaksInternals: Fault = fault({
  name: 'leaks-internals',
  title: 'tells the SQL statement in the body of a conflict',
  answer(answer, scene) {
    if (scene.decision.kind !== 'refuse' || answer.status < 400 || !answer.body.toString().startsWith('{')) return answer
    const body = {
      ...(JSON.parse(answer.body.toString()) as object),
      detail: 'ERROR: duplicate key value violates unique constraint "items_pkey" SQLSTATE 23505',
    }
    return { ...answer, body: JSON.stringify(body) }
  },
})

/** A GET that counts its readers. */
export const getWrites: Fault = fault({
  name: 'get-writes',
  title: 'makes a new version of an item whenever it is read',
  writes(writes, scene) {
    if (scene.role !== 'read' || scene.item === undefined) return writes
    const { version: _version, tag: _tag, history: _history, order: _order, ...item } = scene.item
    return [...writes, { kind: 'put', item: { ...item, bumps: true } }]
  },
})
