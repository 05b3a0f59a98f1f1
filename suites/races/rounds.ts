import type { RaceFinding, RaceRound } from '../../reports/model.ts'
import { deliveries, type DeliveryName, rotation } from '../delivery/index.ts'
import { claim } from '../history/claim.ts'
import type { History, Promises } from '../history/history.ts'
import { judge } from '../history/judge.ts'
import type { Kit } from '../kit/kit.ts'
import type { Request } from '../kit/request.ts'
import type { Met } from '../kit/session.ts'
import { Inconclusive, Unsent } from '../kit/verdict.ts'

/** One round of a race: so many writers, and the way in which their requests meet. */
export interface Round {
  /** From 1. */
  number: number
  writers: number
  /** Sends the requests; the way is that of the round. @param probe a safe request, best one that reads the item */
  meet(requests: readonly Request[], probe: Request): Promise<Met[]>
}

/** What a round came to: what the judge may count on, or what was found otherwise. */
export interface Played {
  history: History
  promised?: Promises
  findings?: RaceFinding[]
  /** It tells something although less than two were told what became of their request. */
  tells?: boolean
  /** Why it tells nothing of who may win: it does not count as a round, unless it proves something all the same. */
  silent?: string | undefined
}

/** What a finding comes to, for who does not know the writers of the round. */
const headlines: Record<RaceFinding['kind'], string> = {
  'lost-update': 'two requests that know the same version both succeeded: one of them was overwritten unseen',
  'not-carried-out': 'a success was answered, and nothing came of it',
  'created-twice': 'what there may be once was made more than once',
  'rejected-visible': 'a write that was refused took effect',
  phantom: 'a read shows what nobody wrote',
  'same-token': 'one token stands for two versions',
  'broken-chain': 'writes rest on versions that cannot have been there',
  order: 'a read shows what had been replaced before',
  'refused-current': 'a write with the current token was refused',
  'no-winner': 'nobody succeeded, although nothing stood in the way',
}

/** How a finding is told. */
export interface Words {
  /** What a right server does with these requests. */
  expected: string
  /** The check that fails for what is proved, where that is another one. */
  by?: string
  /** So many rounds are enough, since each is long. */
  most?: number
}

/**
 * Runs the rounds of a race, each in another way, and judges each by its history. Ends at the first proof; what only makes doubtful is told
 * as a warning if no round proves anything.
 */
export async function inRounds(kit: Kit, { expected, by, most = Infinity }: Words, play: (round: Round) => Promise<Played>): Promise<void> {
  const rounds = Math.min(kit.racing.rounds, most)
  const writers = Math.min(kit.racing.writers, kit.room)
  if (writers < 2)
    kit.skip(
      `a race sends at least 2 requests at once; the limits allow ${kit.room} (limits.concurrency, limits.rate: --concurrency, --rps)`,
    )
  let finished = 0
  let shown: RaceRound | null = null
  let doubtful: RaceRound | undefined
  let silence = ''
  let putAside = async (): Promise<void> => {}
  for (let number = 1; number <= rounds; number++) {
    // what the last round made and showed goes when the next one begins
    await putAside()
    putAside = kit.aside()
    let delivery = 'parallel' as DeliveryName
    const meet = async (requests: readonly Request[], probe: Request): Promise<Met[]> => {
      const multiplexes = await kit.multiplexes()
      delivery = kit.racing.delivery ?? turn(number, requests, multiplexes)
      if (delivery === 'single-packet' && !multiplexes) kit.skip('the target speaks no HTTP/2, over which these requests are to meet')
      return kit.meet(requests, probe, delivery)
    }
    let played: Played
    try {
      played = await play({ number, writers, meet })
    } catch (error) {
      // an answer that is lost on the way to a race spoils that round, not the race; over HTTP/1.1 a target that offers HTTP/2 in vain may be there
      const isOver = error instanceof Unsent && delivery !== 'single-packet'
      if (!(error instanceof Inconclusive) || isOver || kit.signal.aborted) throw error
      silence ||= error.message
      continue
    }
    const { history, promised } = played
    const judged = promised ? judge(history, promised) : { findings: [], reason: null }
    const all = [...judged.findings, ...(played.findings ?? [])]
    const findings = played.silent === undefined ? all : all.filter(({ kind }) => kind !== 'no-winner')
    const reason = played.silent ?? judged.reason
    shown = { number, delivery, start: history.start, operations: [...history.operations], findings }
    const sent = shown.operations.filter(({ role }) => role !== 'read')
    const known = sent.filter(({ outcome }) => outcome !== 'unknown')
    const proof = findings.find(({ severity }) => severity === 'fail')
    if (proof) {
      kit.raced({ rounds: number, losses: 1, claim: claim(number, 1), shown })
      if (by !== undefined) kit.blocked(by, headlines[proof.kind])
      kit.prove.that(false, headlines[proof.kind], expected, `${proof.words}; ${seen(shown)}`)
    }
    // of the first round that makes doubtful all is kept
    if (findings.length > 0 && !doubtful) {
      doubtful = shown
      putAside = async (): Promise<void> => {}
    }
    if (reason === null && (known.length >= 2 || played.tells)) finished++
    else silence ||= reason ?? `round ${number}: ${sent.map(({ status }) => status ?? 'no answer').join(', ')}`
  }
  kit.raced({ rounds: finished, losses: 0, claim: claim(finished, 0), shown: doubtful ?? shown })
  if (finished === 0) kit.inconclusive(`no round of the race tells anything (${silence})`)
  if (doubtful && by === undefined)
    kit.doubt(headlines[doubtful.findings[0]!.kind], expected, `${doubtful.findings[0]!.words}; ${seen(doubtful)}`)
  kit.prove.that(true, '', expected, '')
}

/** The ways take turns as their rotation says; one that does nothing for these requests is left out. */
function turn(number: number, requests: readonly Request[], multiplexes: boolean): DeliveryName {
  const fitting = rotation(multiplexes).filter(({ suits }) =>
    suits(requests.map(({ body, raw }) => body !== undefined || raw !== undefined)),
  )
  return fitting[(number - 1) % fitting.length]!.name
}

function seen({ number, delivery, operations }: RaceRound): string {
  const sent = operations.filter(({ role }) => role !== 'read')
  const done = sent.filter(({ outcome }) => outcome === 'done').length
  const { title } = deliveries.find(({ name }) => name === delivery)!
  const statuses = sent.map(({ status }) => status ?? 'no answer').join(', ')
  return `round ${number} (${title}): ${done} of ${sent.length} succeeded: ${statuses}`
}
