import { Desk, isReply, type Members, nothing, type Question, type Reply, type Thing } from './desk.ts'

/** Folders, one below the other. */
export class Folders extends Desk {
  answer({ method, path: [, id], query, content, caller }: Question): Reply {
    if (id === undefined) return method === 'GET' ? this.list() : this.#create(content, caller)
    const folder = this.things.get(id)
    if (!folder) return method === 'DELETE' ? this.remove(id) : method === 'GET' ? this.missing(id) : this.refuse(404, 'not-there')
    if (method === 'GET') return this.show(folder)
    if (method === 'PUT') return this.#replace(folder, content)
    const below = this.#below(folder)
    if (below.length > 0 && query.get('recursive') !== 'true' && this.bug !== 'orphans-made')
      return this.refuse(409, 'not-empty', { children: below.map((child) => child.id) })
    for (const gone of [...below, folder]) this.things.delete(gone.id)
    return nothing
  }

  /** All that is below a folder. @param above where a ring (a bug) would come round again */
  #below(folder: Thing, above: readonly Thing[] = []): Thing[] {
    const round = [...above, folder]
    const children = [...this.things.values()].filter((each) => each.members['parent'] === folder.id && !round.includes(each))
    return children.flatMap((child) => [child, ...this.#below(child, round)])
  }

  #create(content: string, caller: string): Reply {
    const members = this.#members(content)
    return isReply(members) ? members : this.created(this.add(members, caller))
  }

  #replace(folder: Thing, content: string): Reply {
    const members = this.#members(content)
    if (isReply(members)) return members
    const ring = [folder, ...this.#below(folder)].some(({ id }) => id === members['parent'])
    if (ring && this.bug !== 'ring-made') return this.refuse(409, 'under-itself')
    return this.show(this.change(folder, members))
  }

  #members(content: string): Members | Reply {
    const members = this.accepted(content, { name: 'string', parent: 'string' }, ['name'])
    if (isReply(members)) return members
    const { parent = null } = members
    if (parent !== null && !this.things.has(String(parent)) && this.bug !== 'orphans-made')
      return this.refuse(this.habits.missingParent, 'no-such-parent', { errors: [{ pointer: '#/parent', detail: 'there is none' }] })
    return { ...members, parent }
  }
}
