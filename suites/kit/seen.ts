import type { Token } from '../../spec/contract.ts'
import { clean } from './clean.ts'
import { Fixture } from './fixture.ts'
import type { Scene } from './scene.ts'
import { silentScene } from './silent.ts'
import { Skip } from './verdict.ts'

/** What reads of a new item carry, promised or not. */
export interface Seen {
  etag: boolean
  lastModified: boolean
}

/**
 * Ends a check at once where what it is about is not there and nobody promised it. Each resource is looked at once a run, with one item; what
 * is promised is left to the checks themselves, since its absence is a failure. Where nothing could be seen the check goes its way.
 *
 * @throws Skip with the reason
 */
export async function skipWhatIsAbsent({ session, resource, bound, check, signal, allowance }: Scene): Promise<void> {
  const fields = new Set([...bound.guards.values()].map(({ token }) => fieldOf(token)))
  if (check.needs.includes('etag') && fieldOf(resource.token) !== 'etag-promised') fields.add('etag')
  if (check.needs.includes('last-modified')) fields.add('last-modified')
  if (!fields.has('etag') && !fields.has('last-modified')) return
  const known = session.seen.get(resource.name)
  const found = known ?? look({ session, resource, signal, allowance })
  session.seen.set(resource.name, found)
  // the time is that of the check that looks
  if (known) allowance?.hold()
  const seen = await found.finally(() => known && allowance?.release())
  if (!seen) return
  if (fields.has('etag') && !seen.etag) throw new Skip('reads carry no ETag, and nobody promised one')
  if (fields.has('last-modified') && !seen.lastModified) throw new Skip('reads carry no Last-Modified')
}

/** The validator that a token is, where it is one and only that. */
function fieldOf(token: Token | undefined): 'etag' | 'etag-promised' | 'last-modified' | undefined {
  const [place, ...others] = token?.read ?? []
  if (!token || !place || others.length > 0 || place.part !== 'header') return undefined
  const name = place.name.toLowerCase()
  if (name === 'etag') return token.promised ? 'etag-promised' : 'etag'
  return name === 'last-modified' && !token.promised ? 'last-modified' : undefined
}

type Looking = Pick<Scene, 'session' | 'resource' | 'signal' | 'allowance'>

async function look({ session, resource, signal, allowance }: Looking): Promise<Seen | undefined> {
  const scene = silentScene(session, resource, 'look', signal, { reads: true })
  scene.allowance = allowance
  try {
    const { answer } = (await new Fixture(scene, resource).create({ purpose: 'create an item to see what reads of it carry' })).last
    return { etag: answer.header('etag') !== undefined, lastModified: answer.header('last-modified') !== undefined }
  } catch {
    // the checks meet the same obstacle, and say so
    return undefined
  } finally {
    session.behind.push(...(await clean(scene)))
  }
}
