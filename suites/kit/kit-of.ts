import { setTimeout as sleep } from 'node:timers/promises'
import type { Guard, Rule } from '../../spec/contract.ts'
import { racingOf } from '../target.ts'
import type { Need } from './check.ts'
import { clean } from './clean.ts'
import { Fixture } from './fixture.ts'
import type { Kit } from './kit.ts'
import { guardsLike, lockOf, rulesFor } from './needs.ts'
import { once } from './once.ts'
import { bare, met, sent } from './own-requests.ts'
import { Proof } from './prove.ts'
import type { Scene } from './scene.ts'
import { Blocked, Finding, Inconclusive, Skip } from './verdict.ts'

/** The kit that a check gets for its run on one resource. */
export function kitOf(scene: Scene): Kit {
  const { session, bound, resource: spec } = scene
  const fixture = new Fixture(scene, spec)
  const internal = (what: string): never => {
    throw new Error(`the check uses ${what} without needing it`)
  }
  const promisedRules = (need: Need): Rule[] => {
    const all = rulesFor(need, spec)
    const promised = all.filter((rule) => rule.for.length > 0 && rule.outcomes.blocked)
    return promised.length ? promised : all
  }
  return {
    contract: session.target.loaded,
    target: session.target,
    resource: fixture,
    prove: new Proof(scene),
    get guard(): Guard {
      return scene.guard ?? internal('a guard')
    },
    guardOf: (need) => bound.guards.get(need) ?? internal(need),
    guardsOf: (need, role) => guardsLike(need, role, bound.guards.get(need) ?? internal(need), spec),
    role: bound.role,
    get uniques() {
      const promised = spec.unique.filter((unique) => unique.for.length > 0)
      return promised.length ? promised : spec.unique
    },
    get idempotency() {
      return spec.idempotency ?? internal('idempotency')
    },
    get lock() {
      return lockOf(spec, scene.check.needs) ?? internal('a lock')
    },
    rule<K extends Rule['kind']>(kind: K) {
      return (bound.rules.get(kind) ?? internal(`rule.${kind}`)) as Extract<Rule, { kind: K }>
    },
    rules: <K extends Rule['kind']>(kind: K) => promisedRules(`rule.${kind}`) as Extract<Rule, { kind: K }>[],
    rulesFor: promisedRules,
    send: (request) => sent(scene, fixture, request),
    bare: (request, last) => bare(scene, request, last),
    meet: (requests, probe, delivery) => met(scene, fixture, requests, probe, delivery),
    async abandon(request, probe) {
      for (const item of scene.items) Object.assign(item, { dirty: true, shows: undefined })
      await scene.meet([request], probe, 'abandoned')
      return (repeat) => scene.made.same(request, repeat.request)
    },
    get room() {
      return session.room
    },
    lag: session.lagOf(spec.name),
    multiplexes: () => session.multiplexes(),
    racing: racingOf(session.target),
    aside() {
      const from = { items: scene.items.length, exchanges: scene.exchanges.length }
      return async () => {
        scene.left.push(...(await clean(scene, scene.items.slice(from.items))))
        scene.items.length = from.items
        scene.exchanges.length = from.exchanges
      }
    },
    once: (name, bring) => once(scene, name, (apart) => bring(kitOf(apart))),
    raced: (race) => void (scene.race = race),
    doubt(reason, expected, seen) {
      throw new Finding(reason, expected, seen, { severity: 'warn' })
    },
    control(holds, reason) {
      if (!holds) throw new Inconclusive(reason)
    },
    note: (text) => void scene.notes.push(text),
    skip(reason) {
      throw new Skip(reason)
    },
    blocked(by, missing) {
      throw new Blocked(by, missing)
    },
    inconclusive(reason) {
      throw new Inconclusive(reason)
    },
    fresh: () => scene.words.word(),
    pause: (ms) => sleep(ms, undefined, { signal: scene.signal }),
    signal: scene.signal,
  }
}
