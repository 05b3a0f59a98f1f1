import { createServer, type IncomingMessage } from 'node:http'
import { expect, test } from 'vitest'
import type { Leftover } from '../../reports/model.ts'
import { nullRemoves } from '../../suites/patch.ts'
import { runCheck } from '../../suites/kit/run.ts'
import { listening } from '../listening.ts'
import { targetAt } from './documents.ts'
import { trial } from './trial.ts'

const contract = new URL('chosen-ids.openapi.yaml', import.meta.url).pathname

interface Parcel {
  code: string
  [member: string]: unknown
}

/** A server of parcels whose ids stay; with `fails` it answers creates with 500 when they are done. */
async function serveParcels({ fails = false } = {}): Promise<{ url: string; parcels: Map<string, Parcel> }> {
  const parcels = new Map<string, Parcel>()
  const server = createServer(async (request, response) => {
    const end = (status: number, parcel?: Parcel): void => {
      response.writeHead(status, { 'Content-Type': 'application/json' }).end(parcel && JSON.stringify(parcel))
    }
    const code = request.url!.split('/')[2]
    if (code === undefined) {
      const parcel = (await content(request)) as Parcel
      parcels.set(parcel.code, parcel)
      return fails ? end(500) : end(201, parcel)
    }
    const parcel = parcels.get(code)
    if (!parcel) return end(404)
    if (request.method === 'GET') return end(200, parcel)
    if (request.method === 'DELETE') {
      parcels.delete(code)
      return end(204)
    }
    const patch = Object.entries(await content(request)).filter(([name]) => name !== 'code')
    for (const [name, value] of patch) {
      if (value === null) delete parcel[name]
      else parcel[name] = value
    }
    end(200, parcel)
  })
  return { url: `http://127.0.0.1:${await listening(server)}`, parcels }
}

async function content(request: IncomingMessage): Promise<object> {
  const chunks: Buffer[] = []
  for await (const chunk of request) chunks.push(chunk as Buffer)
  return JSON.parse(Buffer.concat(chunks).toString()) as object
}

test('what a create made that was answered 500 is deleted where its content says the id', async () => {
  const { url, parcels } = await serveParcels({ fails: true })
  const left: Leftover[] = []
  let made = 0
  const check = trial(async ({ resource, send }) => {
    await send(await resource.request('create'))
    made = parcels.size
  })
  await runCheck(check, await targetAt(url, { contract }), { onLeft: (some) => void left.push(...some) })
  expect(made).toBe(1)
  expect(parcels.size).toBe(0)
  expect(left).toEqual([])
})

test('an id that is the same for ever is somebody else’s: it is told, and nothing is deleted', async () => {
  const { url, parcels } = await serveParcels({ fails: true })
  const target = await targetAt(url, { contract })
  target.loaded.resources.get('parcel')!.sample = { code: 'lost-property', text: 'hello' }
  const left: Leftover[] = []
  const check = trial(async ({ resource, send }) => void (await send(await resource.request('create'))))
  await runCheck(check, target, { onLeft: (some) => void left.push(...some) })
  expect([...parcels.keys()]).toEqual(['lost-property'])
  expect(left).toMatchObject([{ reason: 'its create was answered 500: it may be there' }])
})

test('null is not asked to remove an id', async () => {
  const { url } = await serveParcels()
  const [result] = await runCheck(nullRemoves, await targetAt(url, { contract }))
  expect(result).toMatchObject({ verdict: 'pass', reason: null })
  expect(result!.exchanges.map(({ purpose }) => purpose)).toContain('patch note with null')
})
