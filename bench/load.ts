import { Pool } from 'undici'
import type { Running } from './server.ts'

/** How many writers and readers are at work at once, each on a connection and a document of its own. */
export const connections = 32

const headers = { 'content-type': 'application/json', authorization: 'Bearer example-token-of-anna' }
const body = JSON.stringify({ title: 'Handbook', text: 'How we work together, and whom to ask when we do not know.' })

/** What a server did under load. */
export interface Served {
  /** Requests a second. */
  rate: number
  /** Microseconds of CPU that the server used for each; undefined where the system does not tell. */
  cpu: number | undefined
}

/** Reads with an ETag, or writes with the current one, as fast as they are answered. Throws at any answer that is no 2xx. */
export async function load(server: Running, work: 'GET' | 'PUT', seconds: number): Promise<Served> {
  const pool = new Pool(server.url, { connections })
  // the first requests warm the server up and are not counted
  await run(pool, work, Math.min(1, seconds / 2))
  const [before, begin] = [server.cpu(), performance.now()]
  const count = await run(pool, work, seconds)
  const [after, end] = [server.cpu(), performance.now()]
  await pool.close()
  const cpu = before === undefined || after === undefined ? undefined : ((after - before) * 1000) / count
  return { rate: (count * 1000) / (end - begin), cpu }
}

async function run(pool: Pool, work: 'GET' | 'PUT', seconds: number): Promise<number> {
  let count = 0
  const end = performance.now() + seconds * 1000
  const one = async (): Promise<void> => {
    const created = await pool.request({ method: 'POST', path: '/documents', headers, body })
    const { id } = (await created.body.json()) as { id: string }
    let tag = created.headers.etag as string
    while (performance.now() < end) {
      const more = work === 'PUT' ? { headers: { ...headers, 'if-match': tag }, body } : { headers }
      const answer = await pool.request({ method: work, path: `/documents/${id}`, ...more })
      await answer.body.dump()
      if (answer.statusCode !== 200) throw new Error(`${work} /documents/${id} was answered ${answer.statusCode}`)
      tag = answer.headers.etag as string
      count++
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
  return count
}
