import { parsePrefer } from '../http/prefer.ts'
import type { Contract, Operation } from '../spec/contract.ts'
import type { RequestMessage } from '../spec/places.ts'
import { bodyOf } from './content.ts'
import { compete, competitions } from './competitor.ts'
import { decide, stages, type Situation, type Stage } from './decide.ts'
import { reject, type Decision, type Facts } from './decision.ts'
import { initialItems } from './data.ts'
import type { AnsweredScene, DecidedScene, Fault, Scene, Transport } from './fault.ts'
import { headerOf, withHeader, type Answer, type Request } from './message.ts'
import { modelsOf, within, type Models } from './model.ts'
import { once } from './once.ts'
import { fresh, writesOf } from './perform.ts'
import { Random } from './random.ts'
import { Refusals } from './refusal.ts'
import { rejection } from './rejection.ts'
import { Representation } from './represent.ts'
import { Router, type Binding, type Match } from './route.ts'
import { Schemas } from './schemas.ts'
import { Security } from './security.ts'
import { claimOf } from './stages/keys.ts'
import { addressesItem, existence, visible } from './stages/existence.ts'
import { schema } from './stages/schema.ts'
import { rules } from './stages/rules.ts'
import { indexesOf } from './stages/unique.ts'
import { Store, type Draft, type Item, type View, type Write } from './store.ts'
import { Successes } from './success.ts'
import { tokenAt } from './token.ts'
import { decisionHeader } from './why.ts'

/** What an engine is made of. */
export interface EngineOptions {
  seed: string
  /** Milliseconds that a write with an idempotency key is under way. */
  work: number
  faults: readonly Fault[]
  clock: () => number
}

/** What comes of a request: the answer, and what befalls it on the wire. */
export interface Result {
  answer: Answer
  transport: Transport | undefined
}

interface Turn {
  decision: Decision
  scene: DecidedScene
}

/** Acts a contract out: requests in, answers out, nothing of sockets. */
export class Engine {
  readonly contract: Contract
  readonly #models: Models
  readonly #router: Router
  readonly #schemas: Schemas
  readonly #security: Security
  readonly #representation: Representation
  readonly #successes: Successes
  readonly #refusals: Refusals
  readonly #store: Store
  readonly #random: Random
  readonly #options: EngineOptions
  readonly #order: readonly Stage[]
  readonly #memories = new Map<Fault, Map<string, unknown>>()
  readonly #underWay = new Map<string, Promise<unknown>>()

  constructor(contract: Contract, options: EngineOptions) {
    const { faults } = options
    const resources = [...contract.resources].map(
      ([name, resource]) => [name, faults.reduce((next, fault) => fault.resource?.(next, contract) ?? next, resource)] as const,
    )
    this.contract = { ...contract, resources: new Map(resources) }
    this.#options = options
    this.#models = modelsOf(this.contract)
    this.#router = new Router(this.contract)
    this.#schemas = new Schemas(contract)
    this.#security = new Security(contract)
    const writers = faults.filter((fault) => fault.token !== undefined)
    this.#representation = new Representation(contract, (token, item, place, model) =>
      writers.reduce((text, fault) => fault.token!(text, { token, item, part: place.part, model }), tokenAt(token, item, place)),
    )
    this.#successes = new Successes(contract, this.#representation)
    this.#refusals = new Refusals(contract, this.#representation)
    this.#random = new Random(options.seed)
    this.#store = new Store(indexesOf(this.#models), this.#random.hex().slice(0, 4), options.clock)
    this.#order = faults.reduce<readonly Stage[]>((order, fault) => fault.stages?.(order) ?? order, stages)
    this.reset()
  }

  /** Puts the data back: the document's examples, and nothing else. */
  reset(): void {
    this.#store.clear()
    this.#memories.clear()
    const items = initialItems(this.contract, this.#models, this.#security.first(), this.#options.clock())
    this.#store.commit(() => ({ writes: items.map((item): Write => ({ kind: 'put', item })), result: undefined }))
  }

  /** The methods that a path has, for `Allow`; undefined where there is no such path. */
  methods(target: string): string[] | undefined {
    const match = this.#router.find(pathOf(target))
    if (match === undefined) return undefined
    const declared = match.path.operations
    const implied = (method: string): boolean => method === 'OPTIONS' || (method === 'HEAD' && declared.has('GET'))
    const common = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'].filter((method) => declared.has(method) || implied(method))
    return [...new Set([...common, ...declared.keys()])]
  }

  /** The operation that a request is for, HEAD being answered as GET. */
  operation({ method, target }: Pick<Request, 'method' | 'target'>): Operation | undefined {
    const operations = this.#router.find(pathOf(target))?.path.operations
    return (method === 'HEAD' ? operations?.get('GET') : undefined) ?? operations?.get(method)
  }

  /** The answer that the header section alone decides (RFC 9110 §10.1.1), or undefined where the content must be read first. */
  early(received: Request): Answer | undefined {
    const found = this.#route(received)
    if ('answer' in found) return found.answer
    if (found.facts === undefined) return undefined
    const facts = { ...found.facts, headersOnly: true }
    const { decision } = this.#store.look((view) => this.#decided(facts, received, view))
    return decision.kind === 'refuse' || decision.kind === 'reject' ? this.#answerTo(decision, facts, []) : undefined
  }

  /** A request as the mock sees it: another one only where a fault makes it so. */
  perceived(received: Request): Request {
    return this.#options.faults.reduce((next, fault) => fault.request?.(next) ?? next, received)
  }

  /** Answers a request whose content was read. It only takes time where the contract's work does. */
  handle(received: Request): Result | Promise<Result> {
    const request = this.perceived(received)
    const found = this.#route(request)
    if ('answer' in found) return { answer: found.answer, transport: undefined }
    const { facts, prefer } = found
    if (prefer === undefined) return this.#turn(facts, received)
    const applied = this.#compete(prefer, facts)
    if (applied !== undefined) return { answer: rejection(applied, facts.operation), transport: undefined }
    const marked = (result: Result): Result => ({
      ...result,
      answer: { ...result.answer, headers: withHeader(result.answer.headers, 'Preference-Applied', `outcome=${prefer}`) },
    })
    const result = this.#turn(facts, received)
    return result instanceof Promise ? result.then(marked) : marked(result)
  }

  #route(request: Request): { answer: Answer } | { facts: Facts; prefer: string | undefined } {
    const match = this.#router.find(pathOf(request.target))
    if (match === undefined) {
      return { answer: rejection(rejected(404, 'RFC 9110 §15.5.5', `no path of the document fits ${request.target}`), undefined) }
    }
    const operation = this.operation(request)
    if (operation === undefined) {
      const allow = this.methods(request.target)!.join(', ')
      const decision = rejected(405, 'RFC 9110 §15.5.6', `${request.method} is not among the methods of ${match.path.template}: ${allow}`)
      return { answer: rejection({ ...decision, headers: [['Allow', allow]] }, undefined) }
    }
    const facts = this.#facts(request, match, operation)
    if (facts === undefined) {
      return {
        answer: rejection(rejected(501, 'no contract', `x-conflict has no resource for ${operation.method} ${operation.path}`), undefined),
      }
    }
    const prefer = headerOf(request.headers, 'prefer')
    return { facts, prefer: prefer === undefined ? undefined : parsePrefer(prefer).get('outcome') }
  }

  #facts(request: Request, { params }: Match, operation: Operation): Facts | undefined {
    const query = queryOf(request.target)
    const message: RequestMessage = {
      method: request.method,
      url: request.target,
      path: params,
      query,
      headers: request.headers,
      body: bodyOf(request),
    }
    const bindings = this.#router.bindings(operation, message)
    if (bindings.length === 0) return undefined
    const model = this.#models.get(bindings[0]!.resource.name)!
    return {
      request,
      message,
      operation,
      model,
      models: this.#models,
      schemas: this.#schemas,
      roles: rolesOf(bindings),
      caller: this.#security.caller(operation, request.headers, query),
      fitsMember: (pointer, value) => this.#schemas.fits(within(operation.request?.content[0]?.schema, pointer, this.contract), value),
      headersOnly: false,
    }
  }

  /** The competing write that a client asked for with `Prefer: outcome=…`. */
  #compete(prefer: string, facts: Facts): Extract<Decision, { kind: 'reject' }> | undefined {
    if (!Object.hasOwn(competitions, prefer)) {
      const known = Object.keys(competitions).join(', ')
      return rejected(400, 'Prefer', `there is no outcome ${JSON.stringify(prefer)} to bring about; known are ${known}`)
    }
    this.#store.commit((view) => ({ writes: compete(prefer as keyof typeof competitions, facts, view, this.#random), result: undefined }))
    return undefined
  }

  #turn(facts: Facts, received: Request): Result | Promise<Result> {
    const { faults, work } = this.#options
    const window = faults.find((fault) => fault.window !== undefined)?.window
    if (window !== undefined) return this.#inTwoTurns(facts, received, window)
    if (faults.length === 0 && facts.roles[0] === 'read') return this.#readOnly(facts)
    const claim = claimOf(facts)
    if (claim === undefined) return this.#once(facts, received)
    return this.#keyed(facts, received, claim, work)
  }

  /** A read changes nothing, so that nothing has to be written. */
  #readOnly(facts: Facts): Result {
    return this.#store.look((view) => ({ answer: this.#answerTo(decide(facts, view), facts, [], view), transport: undefined }))
  }

  /** Decides and writes in one turn. */
  #once(facts: Facts, received: Request): Result {
    const { result, written } = this.#store.commit((view) => {
      const turn = this.#decided(facts, received, view)
      return { writes: this.#writes(turn), result: turn }
    })
    return this.#result(result, facts, written)
  }

  /** A request with a key: claimed in one commit before the work, settled after (draft-ietf-httpapi-idempotency-key-header §2.6). */
  #keyed(facts: Facts, received: Request, claim: { key: string; fingerprint: string }, work: number): Result | Promise<Result> {
    const mechanism = facts.model.resource.idempotency!
    const { result: first, written } = this.#store.commit((view) => {
      const turn = this.#decided(facts, received, view)
      if (turn.decision.kind !== 'perform') return { writes: this.#writes(turn), result: turn }
      const entry = { fingerprint: claim.fingerprint, claimed: view.now(), answer: undefined, failed: false, item: undefined }
      const writes: Write[] = [{ kind: 'claim', key: claim.key, entry }]
      return { writes: work > 0 ? writes : [...writes, ...this.#writes(turn)], result: turn }
    })
    const { decision } = first
    if (decision.kind === 'wait') {
      return (this.#underWay.get(claim.key) ?? Promise.resolve()).then(() => this.#keyed(facts, received, claim, work))
    }
    if (decision.kind === 'replay') return this.#result(first, facts, written)
    if (decision.kind !== 'perform') {
      const result = this.#result(first, facts, written)
      const remembers = mechanism.stores === 'all' || (mechanism.stores === 'executed' && decision.kind === 'refuse' && decision.executed)
      if (remembers && !isAboutKey(decision)) this.#remember(claim, result.answer, undefined)
      return result
    }
    if (work === 0) return this.#settled(claim, this.#result(first, facts, written), written[0])
    const done = new Promise<void>((resolve) => setTimeout(resolve, work)).then(() => {
      const { result: second, written } = this.#store.commit((view) => {
        const turn = this.#decided(
          facts,
          received,
          view,
          this.#order.filter((stage) => stage.name !== 'keys'),
        )
        return { writes: this.#writes(turn), result: turn }
      })
      const result = this.#result(second, facts, written)
      const executed = second.decision.kind === 'perform' || (second.decision.kind === 'refuse' && second.decision.executed)
      if (mechanism.stores === 'all' || (executed && (mechanism.stores === 'executed' || second.decision.kind === 'perform'))) {
        return this.#settled(claim, result, written[0])
      }
      this.#store.commit(() => ({ writes: [{ kind: 'release', key: claim.key }], result: undefined }))
      return result
    })
    this.#underWay.set(claim.key, done)
    return done.finally(() => this.#underWay.delete(claim.key))
  }

  #settled(claim: { key: string }, result: Result, item: Item | undefined): Result {
    const made = item && { resource: item.resource, key: item.key }
    const failed = result.answer.status >= 400
    this.#store.commit(() => ({
      writes: [{ kind: 'settle', key: claim.key, answer: result.answer, failed, item: made }],
      result: undefined,
    }))
    return result
  }

  #remember(claim: { key: string; fingerprint: string }, answer: Answer, item: Item | undefined): void {
    const made = item && { resource: item.resource, key: item.key }
    this.#store.commit((view) => {
      const entry = { fingerprint: claim.fingerprint, claimed: view.now(), answer, failed: true, item: made }
      return { writes: [{ kind: 'claim', key: claim.key, entry }], result: undefined }
    })
  }

  /** The bug of a check that is not one with the write; only a fault comes here. */
  async #inTwoTurns(facts: Facts, received: Request, window: number): Promise<Result> {
    const checked = this.#store.look((view) => this.#decided(facts, received, view))
    await new Promise((resolve) => setTimeout(resolve, window))
    const { result, written } = this.#store.commit((view) => {
      const { decision } = checked
      // what was found when it was checked is written over what stands now
      const now =
        decision.kind === 'perform'
          ? { ...decision, item: addressesItem(facts) ? view.item(facts.model.resource.name, decision.key) : undefined }
          : decision
      const turn: Turn = { decision: now, scene: { ...checked.scene, view, decision: now } }
      const claim = claimOf(facts)
      const writes = this.#writes(turn)
      if (claim === undefined || now.kind !== 'perform') return { writes, result: turn }
      const entry = { fingerprint: claim.fingerprint, claimed: view.now(), answer: undefined, failed: false, item: undefined }
      return { writes: [{ kind: 'claim' as const, key: claim.key, entry }, ...writes], result: turn }
    })
    const answered = this.#result(result, facts, written)
    const claim = claimOf(facts)
    return claim !== undefined && result.decision.kind === 'perform' ? this.#settled(claim, answered, written[0]) : answered
  }

  #decided(facts: Facts, received: Request, view: View, order: readonly Stage[] = this.#order): Turn {
    const decision = decide(facts, view, order)
    const scene = this.#scene(facts, received, view, decision)
    const last = this.#options.faults.reduce((next, fault) => fault.decision?.(next, this.#for(fault, scene)) ?? next, decision)
    return { decision: last, scene: { ...scene, decision: last } }
  }

  #writes({ decision, scene }: Turn): Write[] {
    const writes = decision.kind === 'perform' ? scene.writesOf(decision) : []
    return this.#options.faults.reduce((next, fault) => fault.writes?.(next, { ...this.#for(fault, scene), decision }) ?? next, writes)
  }

  #scene(facts: Facts, received: Request, view: View, decision: Decision): Scene & { decision: Decision } {
    const { name } = facts.model.resource
    const situation: Situation = { facts, view, role: facts.roles[0]!, key: '', item: undefined, next: undefined, pending: undefined }
    if (this.#options.faults.length > 0) existence.decide(situation)
    const { item, role } = situation
    return {
      received,
      facts,
      model: facts.model,
      role,
      item,
      view,
      decision,
      memory: new Map(),
      perform: () => {
        const again: Situation = { ...situation }
        if (again.item === undefined && addressesItem(facts) && role !== 'create') return undefined
        for (const stage of [schema, rules]) {
          const found = stage.decide({ ...again })
          if (found !== undefined && found.kind === 'reject') return undefined
          stage.decide(again)
        }
        const reason = { text: 'a fault carries it out', rule: 'fault', pointer: '' }
        return { kind: 'perform', role, reason, item: again.item, key: again.key, next: again.next, done: undefined }
      },
      writesOf: (perform) => writesOf(perform, facts, view, this.#random),
      twin: (draft: Draft) => {
        const { [facts.model.own]: _, ...path } = draft.params
        const twin = fresh(draft.value, { ...facts, message: { ...facts.message, path, body: undefined } }, view, this.#random)
        return { ...twin, resource: name, sent: draft.sent, mediaType: draft.mediaType, owner: draft.owner }
      },
    }
  }

  #for<S extends Scene>(fault: Fault, scene: S): S {
    const memory = this.#memories.get(fault) ?? new Map<string, unknown>()
    this.#memories.set(fault, memory)
    return { ...scene, memory }
  }

  #result({ decision, scene }: Turn, facts: Facts, written: Item[]): Result {
    const answer = this.#answerTo(decision, facts, written, scene.view)
    const { faults } = this.#options
    if (faults.length === 0) return { answer, transport: undefined }
    const answered = (fault: Fault): AnsweredScene => ({
      ...this.#for(fault, scene),
      decision,
      written,
      answerTo: (other) => this.#answerTo(other, facts, written, scene.view),
    })
    const last = faults.reduce((next, fault) => fault.answer?.(next, answered(fault)) ?? next, answer)
    return { answer: last, transport: faults.map((fault) => fault.transport?.(answered(fault))).find((each) => each !== undefined) }
  }

  #answerTo(decision: Decision, facts: Facts, written: Item[], view?: View): Answer {
    switch (decision.kind) {
      case 'reject':
        return rejection(decision, facts.operation)
      case 'refuse':
        return this.#refusals.answer(decision, facts)
      case 'wait':
        return rejection(rejected(409, decision.reason.rule, decision.reason.text), facts.operation)
      case 'replay':
        return this.#replay(decision, facts, view)
      case 'perform': {
        const { role, item } = decision
        if (role === 'list') return this.#successes.list(view === undefined ? [] : listed(facts, view), facts)
        if (role === 'read' && item !== undefined) return this.#successes.read(item, facts)
        const own = written.find((each) => each.resource === facts.model.resource.name)
        return this.#successes.written(
          role === 'delete' ? undefined : (own ?? item),
          role,
          role === 'create' && item === undefined,
          facts,
          decision.done,
        )
      }
    }
  }

  /** The first answer again, with what the contract says marks it as one. */
  #replay({ entry, outcome, current, reason }: Extract<Decision, { kind: 'replay' }>, facts: Facts, view: View | undefined): Answer {
    const item = entry.item && view?.item(entry.item.resource, entry.item.key)
    const first = entry.answer!
    const again =
      current && item !== undefined ? this.#successes.written(item, facts.roles[0]!, first.status === 201, facts, undefined) : first
    let { headers } = again
    for (const { place, is } of outcome?.where ?? []) {
      if (place.part === 'header' && 'equals' in is) headers = withHeader(headers, place.name, String(is.equals))
    }
    const declares = facts.operation.responses.some(
      (each) => each.status === String(again.status) && each.headers.has('idempotent-replayed'),
    )
    if (declares) headers = withHeader(headers, 'Idempotent-Replayed', 'true')
    for (const [name, value] of Object.entries(outcome?.headers ?? {})) headers = withHeader(headers, name, value)
    return {
      ...again,
      status: outcome?.status[0] ?? again.status,
      headers: [...headers, ['Ifmatch-Decision', decisionHeader('repeated', reason)]],
    }
  }
}

const rolesOf = once((bindings: Binding[]) => bindings.map((each) => each.role))

function isAboutKey(decision: Decision): boolean {
  return decision.kind === 'refuse' && decision.name.startsWith('key')
}

/** The items of a collection: those whose outer path parameters are the request's, and that are there for the caller. */
function listed(facts: Facts, view: View): Item[] {
  const { model, message } = facts
  const outer = Object.entries(message.path).filter(([name]) => name !== model.own)
  return view
    .items(model.resource.name)
    .filter((item) => visible(item, facts) && outer.every(([name, value]) => item.params[name] === value))
}

function rejected(status: number, rule: string, text: string): Extract<Decision, { kind: 'reject' }> {
  return reject(status, rule, text) as Extract<Decision, { kind: 'reject' }>
}

function pathOf(target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}

function queryOf(target: string): [string, string][] {
  const start = target.indexOf('?')
  return start < 0 ? [] : [...new URLSearchParams(target.slice(start + 1))]
}
