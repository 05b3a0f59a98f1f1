import type { Scene } from './scene.ts'

/** The time in which a check holds locks: from the first that it takes until what it made is cleaned up. */
export interface LockTurn {
  /** No other check holds locks meanwhile. */
  readonly alone: boolean
  /** Of what it has asked for the lock. */
  readonly asked: Set<object>
  /** Of how many items it and the checks beside it had asked for the lock, at most. */
  most: number
}

/** Who holds locks on a target: checks beside each other, or one alone; first come, first served. */
export class LockTurns {
  /** A caller may hold few locks at a time, as was seen: each check that takes some has to be alone. */
  few = false
  /** By resource: two locks of one caller were looked at. */
  readonly looked: Map<string, Promise<void>> = new Map()
  /** By resource: why so many locks of one caller are not held at a time; undefined: they are. */
  readonly kept: Map<string, { most: number; few: Promise<string | undefined> }> = new Map()
  readonly #now = new Set<LockTurn>()
  readonly #waiting: { turn: LockTurn; begin: () => void }[] = []

  /** Waits until a check may hold locks. */
  async begin(alone: boolean): Promise<LockTurn> {
    const turn: LockTurn = { alone, asked: new Set(), most: 0 }
    await new Promise<void>((begin) => {
      this.#waiting.push({ turn, begin })
      this.#admit()
    })
    return turn
  }

  /** It asks for the lock of an item. */
  ask(turn: LockTurn, item: object): void {
    turn.asked.add(item)
    let all = 0
    for (const { asked } of this.#now) all += asked.size
    for (const each of this.#now) each.most = Math.max(each.most, all)
  }

  /** It holds none any more. */
  end(turn: LockTurn): void {
    this.#now.delete(turn)
    this.#admit()
  }

  #admit(): void {
    for (let next = this.#waiting[0]; next !== undefined; next = this.#waiting[0]) {
      const isOpen = next.turn.alone ? this.#now.size === 0 : [...this.#now].every(({ alone }) => !alone)
      if (!isOpen) return
      this.#waiting.shift()
      this.#now.add(next.turn)
      next.begin()
    }
  }
}

/** A check is about to ask for the lock of an item: it waits for its turn, if it has none. That costs nothing of the time that it may take. */
export async function aboutToHold(scene: Scene, item: object): Promise<void> {
  const { session, allowance } = scene
  scene.signal.throwIfAborted()
  allowance?.hold()
  try {
    scene.lockTurn ??= session.lockTurns.begin(scene.holdsAlone || session.lockTurns.few)
    session.lockTurns.ask(await scene.lockTurn, item)
  } finally {
    allowance?.release()
  }
}

/** What it made is cleaned up: it holds no locks any more. */
export async function holdsNoMore({ session, lockTurn }: Scene): Promise<void> {
  if (lockTurn) session.lockTurns.end(await lockTurn)
}
