import { Pool } from 'undici'

/** How many writers and readers are at work at once, each on a connection and a document of its own. */
export const connections = 32

const headers = { 'content-type': 'application/json', authorization: 'Bearer example-token-of-anna' }
const body = JSON.stringify({ title: 'Handbook', text: 'How we work together, and whom to ask when we do not know.' })

/** Requests a second that a server answers: reads with an ETag, or writes with the current one. Throws at any answer that is no 2xx. */
export async function requestsPerSecond(url: string, work: 'GET' | 'PUT', seconds: number): Promise<number> {
  const pool = new Pool(url, { connections })
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
      if (answer.statusCode !== 200) throw new Error(`${work} ${url}/documents/${id} was answered ${answer.statusCode}`)
      tag = answer.headers.etag as string
      count++
    }
  }
  await Promise.all(Array.from({ length: connections }, one))
  await pool.close()
  return count / seconds
}
