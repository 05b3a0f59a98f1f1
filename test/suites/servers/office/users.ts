import { Desk, isReply, type Members, nothing, type Question, type Reply, type Thing } from './desk.ts'

/** Users: an address that nobody else has, however it is spelt, and a handle that nobody else has. */
export class Users extends Desk {
  override validators({ version }: Thing): { [name: string]: string } {
    return { ETag: `"u${version}"` }
  }

  answer({ method, path: [, id], headers, content, caller }: Question): Reply {
    if (id === undefined) return method === 'GET' ? this.list() : this.#create(content, caller)
    const user = this.things.get(id)
    if (!user) return method === 'DELETE' ? this.remove(id) : method === 'GET' ? this.missing(id) : this.refuse(404, 'not-there')
    if (method === 'GET') return this.show(user)
    const condition = headers['if-match']
    const tags = condition?.split(',').map((tag) => tag.trim())
    if (tags && condition !== '*' && !tags.includes(`"u${user.version}"`)) return this.refuse(412, 'stale')
    return method === 'DELETE' ? this.remove(id) : this.#replace(user, content)
  }

  #create(content: string, caller: string): Reply {
    const members = this.#members(content)
    if (isReply(members)) return members
    return this.#taken(members) ?? this.created(this.add(members, caller))
  }

  #replace(user: Thing, content: string): Reply {
    const members = this.#members(content)
    if (isReply(members)) return members
    if (this.habits.emailStays && members['email'] !== user.members['email'])
      return this.refuse(422, 'email-stays', { errors: [{ pointer: '#/email', detail: 'an address cannot be changed' }] })
    const taken = this.bug === 'unique-on-create-only' ? undefined : this.#taken(members, user)
    return taken ?? this.show(this.change(user, members))
  }

  #members(content: string): Members | Reply {
    const members = this.accepted(content, { email: 'string', handle: 'string', about: 'string' }, ['email', 'handle'])
    if (isReply(members)) return members
    const email = this.habits.email(String(members['email']))
    if (!/^\S+@\S+$/.test(email)) return this.refuse(422, 'invalid', { errors: [{ pointer: '#/email', detail: 'no address' }] })
    if (!this.habits.handles.test(String(members['handle']))) return this.refuse(422, 'invalid', { errors: [{ pointer: '#/handle' }] })
    return { ...members, email, handle: this.habits.handle(String(members['handle'])) }
  }

  #taken(members: Members, own?: Thing): Reply | undefined {
    const others = [...this.things.values()].filter((other) => other !== own)
    const spelt = (email: unknown): string => (this.bug === 'case-not-compared' ? String(email) : String(email).toLowerCase())
    if (others.some(({ members: { email } }) => spelt(email) === spelt(members['email']))) return this.#duplicate('email', {})
    const { handleKey, suggests } = this.habits
    const isTaken = (handle: string): boolean =>
      others.some(({ members: other }) => handleKey(String(other['handle'])) === handleKey(handle))
    const handle = String(members['handle'])
    if (!isTaken(handle)) return undefined
    const free = this.bug === 'suggests-taken' ? [handle] : [`${handle}2`, `${handle}3`].filter((one) => !isTaken(one))
    return this.#duplicate('handle', suggests ? { suggestions: free } : {})
  }

  #duplicate(member: string, words: Members): Reply {
    const named = {
      pointer: { errors: [{ pointer: `#/${member}`, detail: 'somebody has it' }] },
      member: { member },
      detail: { detail: `somebody has this ${member}` },
      nothing: {},
    }[this.habits.names]
    return this.refuse(this.habits.duplicate, `${member}-taken`, { ...named, ...words })
  }
}

/** Labels: who asks for one that is there is given it, if it is the same. */
export class Labels extends Desk {
  answer({ method, path: [, id], content, caller }: Question): Reply {
    if (id === undefined) return method === 'GET' ? this.list() : this.#create(content, caller)
    const label = this.things.get(id)
    if (method === 'DELETE') return this.remove(id)
    return label ? this.show(label) : this.missing(id)
  }

  #create(content: string, caller: string): Reply {
    const members = this.accepted(content, { name: 'string', colour: 'string' }, ['name'])
    if (isReply(members)) return members
    const same = [...this.things.values()].find(({ members: { name } }) => name === members['name'])
    if (!same || this.bug === 'label-made-twice') return this.created(this.add(members, caller))
    if (same.members['colour'] !== members['colour'])
      return this.refuse(409, 'name-taken', { errors: [{ pointer: '#/name', detail: 'another label has it' }] })
    const { repeated } = this.habits
    const headers = { Location: this.url(same) }
    return repeated === 303 ? { ...nothing, status: 303, headers } : this.show(same, { status: repeated, headers })
  }
}
