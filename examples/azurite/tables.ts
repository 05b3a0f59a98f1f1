import { main, type Running } from '../serve.ts'
import { make, service } from './start.ts'

/** Starts Azurite's table service as `start.ts` does its blob service, and makes the table that the contract names. */
export async function start(port = 0): Promise<Running> {
  const { url, query, stop } = await service('table', port)
  const headers = { 'x-ms-version': '2019-02-02', 'Content-Type': 'application/json', Accept: 'application/json' }
  await make(`${url}/Tables?${query}`, { method: 'POST', headers, body: '{"TableName":"ifmatch"}' }, stop)
  return { url, env: { AZURITE_TABLES_URL: url, AZURITE_TABLES_SAS_SIG: query.get('sig') ?? '' }, stop }
}

if (import.meta.main) await main(start)
