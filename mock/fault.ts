import type { Contract, Json, Resource, Role, Token } from '../spec/contract.ts'
import type { Decision, Facts } from './decision.ts'
import type { Stage } from './decide.ts'
import type { Answer, HeaderLines, Request } from './message.ts'
import type { Model } from './model.ts'
import type { Draft, Item, View, Write } from './kept.ts'

/**
 * A named bug that the mock can act out. It says what it changes, stage by stage; what it leaves out stays right. Every hook returns what
 * is to go on with (what it was given, if it changes nothing) and is synchronous; it must not change its arguments in place. Hooks of
 * several faults run one after another, in the order in which the faults were named.
 *
 * A fault knows no contract: it asks what it was given (`scene.role`, `decision.name`, `scene.model.resource.token`).
 */
export interface Fault {
  /** `guard-ignored`. */
  name: string
  /** What it does, in one line, in the present tense. */
  title: string
  /** Where servers really had it: a project and its issue, or the kind of server. For the documentation. */
  seen?: string

  /** What the mock believes: the resource of the contract as it acts it out. Called once for each resource, when the mock is made. */
  resource?(resource: Resource, contract: Contract): Resource

  /** What the mock sees of a request, before anything is looked at: drop or alter header lines, target, body. */
  request?(request: Request): Request

  /** The order of the questions: take stages out, or move them (`conditions before content`). Called once. */
  stages?(stages: readonly Stage[]): readonly Stage[]

  /** What was decided. `scene.perform()` is the decision that carries the request out as if nothing stood against it. */
  decision?(decision: Decision, scene: Scene): Decision

  /** What is written for a decision, reads included: leave writes out, alter them, add some. */
  writes?(writes: Write[], scene: DecidedScene): Write[]

  /** Checks a write in one turn and makes it in a later one, without checking again; others come between. */
  window?: Window

  /** Looks at the conditions of a request when its head is there, and not again when its content is: others come between. */
  early?: true

  /** From the head of a write to its answer, all other requests for that address wait. Only the socket can carry it out. */
  possessive?: true

  /** How a token is written, wherever the mock writes one (header and body, also in refusals that go through it). */
  token?(text: Json, about: { token: Token; item: Item; part: string; model: Model }): Json

  /** What is sent. */
  answer?(answer: Answer, scene: AnsweredScene): Answer

  /** The field lines as they go out, those of CORS among them; only the socket can carry it out. */
  lines?(lines: HeaderLines, status: number): HeaderLines

  /** What happens to the bytes of an answer; only the socket can carry it out. */
  transport?(scene: AnsweredScene): Transport | undefined
}

/** The time between a check and the write that it is for. */
export interface Window {
  /** Milliseconds, or one turn of the event loop. */
  ms: number | 'turn'
  /** Of one listener only one request at a time is in it: what comes by another listener comes between. */
  within?: 'listener'
  /** If the item changed meanwhile, nothing is written, and the request is answered with success or with a server error. */
  overtaken?: 'succeeds' | 'fails'
}

/** An effect on the connection: no answer at all, a late one, one that breaks off, or one with something behind it. */
export type Transport =
  | { kind: 'drop' }
  | { kind: 'delay'; ms: number }
  | { kind: 'truncate'; bytes: number }
  | { kind: 'trail'; text: string }

/** A request and what the mock knows of it at the time of the decision. */
export interface Scene {
  /** As it came, before any `request` hook. */
  received: Request
  facts: Facts
  model: Model
  /** The role in this very request: `create` where a PUT that also creates finds nothing. */
  role: Role
  /** The addressed item, before anything was written. */
  item: Item | undefined
  /** The store, within the turn of the decision. */
  view: View
  /** Carries the request out whatever stands against it; undefined where it cannot be (nothing there to change, content unreadable). */
  perform(): Extract<Decision, { kind: 'perform' }> | undefined
  /** The writes that a decision to perform would make. */
  writesOf(decision: Extract<Decision, { kind: 'perform' }>): Write[]
  /** A second item like this one, under an id of its own. */
  twin(draft: Draft): Draft
  /** Memory of one fault in one mock, empty at first and after a reset. */
  memory: Map<string, unknown>
}

/** The same, with what was decided (all `decision` hooks included). */
export interface DecidedScene extends Scene {
  decision: Decision
}

/** The same, with what was written, and ways to make answers. */
export interface AnsweredScene extends DecidedScene {
  /** The items as they were written. */
  written: Item[]
  /** The answer that another decision would have had, given what was written. */
  answerTo(decision: Decision): Answer
}

/** Names a fault, so that a file under `faults/` reads as a list of bugs. Returns what it was given. */
export function fault(definition: Fault): Fault {
  return definition
}
