import { Desk, nothing, type Question, type Reply, type Thing } from './desk.ts'

/** Files of text, which whoever holds the lock keeps others from writing. */
export class Files extends Desk {
  readonly #locks: Map<string, { lock: string; holder: string }> = new Map()
  #next = 1

  answer(question: Question): Reply {
    const { method, path, headers, content, caller } = question
    const [, name = '', action] = path
    const file = this.things.get(name)
    if (action === 'lock') return file ? this.#lock(question) : this.refuse(404, 'not-there')
    if (method === 'GET')
      return file
        ? { status: 200, headers: { 'Content-Type': 'text/plain' }, content: String(file.members['text']) }
        : this.refuse(404, 'not-there')
    const kept = this.bug === 'lock-ignored' ? undefined : this.#kept(name, headers['x-lock'])
    if (kept) return kept
    if (method === 'DELETE') {
      this.#locks.delete(name)
      return this.remove(name)
    }
    if (file) this.change(file, { text: content })
    else this.add({ text: content }, caller, name)
    return { status: file ? 200 : 201, headers: {}, content: '' }
  }

  override url({ id }: Thing): string {
    return `/files/${id}`
  }

  /** Why a write with this lock is refused. */
  #kept(name: string, sent: string | string[] | undefined): Reply | undefined {
    const held = this.#locks.get(name)
    if (sent === undefined) return held && this.refuse(423, 'locked')
    if (held?.lock === sent || (held && this.bug === 'lock-of-anybody')) return undefined
    return held && this.habits.lockAgain === 'refused' ? this.refuse(423, 'locked') : this.refuse(412, 'no-such-lock')
  }

  #lock({ method, path: [, name = ''], headers, caller }: Question): Reply {
    const held = this.#locks.get(name)
    if (method === 'DELETE') {
      if (held?.lock !== headers['x-lock']) return this.refuse(412, 'no-such-lock')
      if (this.bug !== 'lock-kept-after-release') this.#locks.delete(name)
      return nothing
    }
    const { lockAgain } = this.habits
    const own = held?.holder === caller && lockAgain !== 'refused'
    if (held && !own && this.bug !== 'lock-taken-twice') return this.refuse(423, 'locked', { holder: held.holder })
    const lock = held && own && lockAgain === 'same' ? held.lock : `lock-${this.#next++}`
    this.#locks.set(name, { lock, holder: caller })
    return { status: 200, headers: { 'Content-Type': 'application/json' }, content: JSON.stringify({ lock }) }
  }
}
