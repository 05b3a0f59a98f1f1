import { copyMarks, markOf, put, setMark } from './marks.ts'
import { isTree, type Tree } from './tree.ts'

/** How two layers of one thing are laid over each other; `value`: the upper one replaces the lower one, `json`: maps merge all the way down. */
type Shape = 'value' | 'json' | MapShape

interface MapShape {
  /** The shapes of members by name; what is not named replaces. */
  members?: { [key: string]: Shape }
  /** The shape of all members. */
  each?: Shape
  /** Where the upper layer has this member, it starts afresh. */
  fresh?: string
}

const facts: Shape = { each: 'value' }
const named: Shape = { each: 'value' }
const call: Shape = { members: { with: facts } }
const outcomes: MapShape = { each: { fresh: 'status', members: { where: facts, reveal: named, headers: named, body: 'json' } } }
const mechanism = { when: facts, override: facts, outcomes }

/** What a resource, a dialect or the root can say. */
const resource: MapShape = {
  members: {
    operations: { each: call },
    with: facts,
    identity: named,
    parents: named,
    payload: {},
    token: {},
    guards: { each: { fresh: 'send', members: { ...mechanism, token: {} } } },
    unique: { each: { members: mechanism } },
    idempotency: { members: mechanism },
    locks: { each: { members: { ...mechanism, acquire: call, release: call } } },
    bulk: { members: { call, with: facts, as: named } },
    rules: { each: { members: { ...mechanism, allowed: { each: named } } } },
    outcomes,
    checks: { each: 'value' },
  },
}

/**
 * Lays one layer of `x-conflict` over another: maps merge, lists and values replace; a guard that says `send` and an outcome that
 * says `status` start afresh. Gives a new map that knows where each of its members was written; `said` layers are told from
 * dialects by that. Neither layer is changed.
 */
export function layer(under: Tree, over: Tree): Tree {
  return merge(under, over, resource) as Tree
}

/** The same for two maps of outcomes: those of a mechanism over those of its resource. */
export function layerOutcomes(under: Tree, over: Tree): Tree {
  return merge(under, over, outcomes) as Tree
}

function merge(under: unknown, over: unknown, shape: Shape): unknown {
  if (shape === 'value' || !isTree(under) || !isTree(over) || 'at' in under || 'at' in over) return over
  const { members, each = 'value', fresh }: MapShape = shape === 'json' ? { each: 'json' } : shape
  if (fresh !== undefined && fresh in over) return over
  const merged: Tree = {}
  copyMarks(under, merged)
  for (const [key, value] of Object.entries(under)) {
    put(merged, key, value)
    setMark(merged, key, markOf(under, key))
  }
  for (const [key, value] of Object.entries(over)) {
    put(merged, key, Object.hasOwn(under, key) ? merge(under[key], value, members?.[key] ?? each) : value)
    setMark(merged, key, markOf(over, key))
  }
  return merged
}
