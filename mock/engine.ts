import { parsePrefer } from '../http/prefer.ts'
import type { Contract, Operation } from '../spec/contract.ts'
import type { RequestMessage } from '../spec/places.ts'
import { Answers } from './answers.ts'
import { compete, competitions, contended } from './competitor.ts'
import { bodyOf } from './content.ts'
import { initialItems } from './data.ts'
import { stages } from './decide.ts'
import { reject, type Decision, type Facts } from './decision.ts'
import type { Fault } from './fault.ts'
import { headerOf, withHeader, type Answer, type HeaderLines, type Request } from './message.ts'
import { Many } from './many.ts'
import { modelsOf, within, type Models } from './model.ts'
import { once } from './once.ts'
import { Random } from './random.ts'
import { rejection } from './rejection.ts'
import { Representation } from './represent.ts'
import { Router, type Binding, type Match } from './route.ts'
import { Scenes } from './scene.ts'
import { type Schemas, schemasOf } from './schemas.ts'
import { Security } from './security.ts'
import { indexesOf } from './stages/unique.ts'
import type { Write } from './kept.ts'
import { Store } from './store.ts'
import { tokenAt } from './token.ts'
import { Turns, type Result } from './turns.ts'

/** What an engine is made of. */
export interface EngineOptions {
  seed: string
  /** Milliseconds that a write with an idempotency key is under way. */
  work: number
  faults: readonly Fault[]
  clock: () => number
}

/** Acts a contract out: requests in, answers out, nothing of sockets. */
export class Engine {
  readonly contract: Contract
  readonly #options: EngineOptions
  readonly #models: Models
  readonly #router: Router
  readonly #schemas: Schemas
  readonly #security: Security
  readonly #store: Store
  readonly #random: Random
  readonly #scenes: Scenes
  readonly #answers: Answers
  readonly #turns: Turns
  readonly #many: Many

  constructor(contract: Contract, options: EngineOptions) {
    const { faults, work } = options
    const resources = [...contract.resources].map(
      ([name, resource]) => [name, faults.reduce((next, fault) => fault.resource?.(next, contract) ?? next, resource)] as const,
    )
    this.contract = { ...contract, resources: new Map(resources) }
    this.#options = options
    this.#models = modelsOf(this.contract)
    this.#router = new Router(this.contract)
    this.#schemas = schemasOf(contract)
    this.#security = new Security(contract)
    this.#random = new Random(options.seed)
    this.#store = new Store(indexesOf(this.#models), this.#random.hex().slice(0, 4), options.clock)
    this.#scenes = new Scenes(this.#random)
    const writers = faults.filter((fault) => fault.token !== undefined)
    const representation = new Representation(contract, (token, item, place, model, part) =>
      writers.reduce((text, fault) => fault.token!(text, { token, item, part: place.part, model }), tokenAt(token, item, place, part)),
    )
    this.#answers = new Answers(contract, representation)
    const order = faults.reduce((next, fault) => fault.stages?.(next) ?? next, stages)
    this.#turns = new Turns({ store: this.#store, answers: this.#answers, scenes: this.#scenes, order, faults, work })
    this.#many = new Many({
      contract: this.contract,
      models: this.#models,
      random: this.#random,
      store: this.#store,
      turns: this.#turns,
      route: (request) => this.#route(request),
    })
    this.reset()
  }

  /** Puts the data back: the document's examples, and nothing else. */
  reset(): void {
    this.#store.clear()
    this.#scenes.reset()
    this.#turns.reset()
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
    const found = this.#route(this.perceived(received))
    if ('answer' in found) return found.answer
    return this.#turns.early(found.facts, received)
  }

  /** Are the conditions of a request looked at when its head is there, and not again? Only a fault makes it so. */
  get isHasty(): boolean {
    return this.#options.faults.some(({ early }) => early)
  }

  /** Is an address kept from others while the content of a write is on its way? Only a fault makes it so. */
  get isPossessive(): boolean {
    return this.#options.faults.some(({ possessive }) => possessive)
  }

  /** A request as the mock sees it: another one only where a fault makes it so. */
  perceived(received: Request): Request {
    return this.#options.faults.reduce((next, fault) => fault.request?.(next) ?? next, received)
  }

  /** The field lines of an answer as they go out: other ones only where a fault makes them so. */
  sentLines(lines: HeaderLines, status: number): HeaderLines {
    return this.#options.faults.reduce((next, fault) => fault.lines?.(next, status) ?? next, lines)
  }

  /** Answers a request whose content was read. It only takes time where the contract's work does. */
  handle(received: Request): Result | Promise<Result> {
    const request = this.perceived(received)
    const found = this.#route(request)
    if ('answer' in found) return { answer: found.answer, transport: undefined }
    const { facts, prefer } = found
    const many = this.#router.bulks(facts.operation, facts.message)
    if (many.length > 0) return this.#many.answer(facts, many)
    if (prefer === undefined) return this.#turns.run(facts, received)
    const refused = this.#compete(prefer, facts)
    if (refused?.kind === 'reject') return { answer: rejection(refused, facts.operation, this.contract), transport: undefined }
    const marked = (result: Result): Result => ({
      ...result,
      answer: { ...result.answer, headers: withHeader(result.answer.headers, 'Preference-Applied', `outcome=${prefer}`) },
    })
    if (refused !== undefined) return marked({ answer: this.#answers.to(refused, facts, []), transport: undefined })
    const result = this.#turns.run(facts, received)
    return result instanceof Promise ? result.then(marked) : marked(result)
  }

  #route(request: Request): { answer: Answer } | { facts: Facts; prefer: string | undefined } {
    const match = this.#router.find(pathOf(request.target))
    if (match === undefined) {
      return { answer: rejection(reject(404, 'RFC 9110 §15.5.5', `no path of the document fits ${request.target}`), undefined) }
    }
    const operation = this.operation(request)
    if (operation === undefined) {
      const allow = this.methods(request.target)!.join(', ')
      const decision = reject(405, 'RFC 9110 §15.5.6', `${request.method} is not among the methods of ${match.path.template}: ${allow}`)
      return { answer: rejection({ ...decision, headers: [['Allow', allow]] }, undefined) }
    }
    const facts = this.#facts(request, match, operation)
    if (facts === undefined) {
      return {
        answer: rejection(reject(501, 'no contract', `x-conflict has no resource for ${operation.method} ${operation.path}`), undefined),
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
    const locking = this.#router.locking(operation, message)
    const bindings = locking === undefined ? this.#router.bindings(operation, message) : []
    const resource = locking?.resource ?? bindings[0]?.resource ?? this.#router.bulks(operation, message)[0]?.resource
    if (resource === undefined) return undefined
    const model = this.#models.get(resource.name)!
    return {
      request,
      message,
      operation,
      model,
      models: this.#models,
      schemas: this.#schemas,
      roles: locking === undefined ? rolesOf(bindings) : [...this.#router.actions(operation), locking.does],
      locking,
      within: undefined,
      caller: this.#security.caller(operation, request.headers, query),
      fitsMember: (pointer, value) => this.#schemas.fits(within(operation.request?.content[0]?.schema, pointer, this.contract), value),
      headersOnly: false,
    }
  }

  /** The competing write that a client asked for with `Prefer: outcome=…`. */
  #compete(prefer: string, facts: Facts): Decision | undefined {
    if (prefer === 'contended') {
      return contended(facts) ?? reject(400, 'Prefer', 'the contract has no outcome "contended" for this request')
    }
    if (!Object.hasOwn(competitions, prefer)) {
      const known = [...Object.keys(competitions), 'contended'].join(', ')
      return reject(400, 'Prefer', `there is no outcome ${JSON.stringify(prefer)} to bring about; known are ${known}`)
    }
    this.#store.commit((view) => ({ writes: compete(prefer as keyof typeof competitions, facts, view, this.#random), result: undefined }))
    return undefined
  }
}

const rolesOf = once((bindings: Binding[]) => bindings.map((each) => each.role))

function pathOf(target: string): string {
  const end = target.indexOf('?')
  return end < 0 ? target : target.slice(0, end)
}

function queryOf(target: string): [string, string][] {
  const start = target.indexOf('?')
  return start < 0 ? [] : [...new URLSearchParams(target.slice(start + 1))]
}
