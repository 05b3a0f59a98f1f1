import { createServer, type IncomingMessage, request as forward } from 'node:http'
import net from 'node:net'
import { listening } from '../../listening.ts'

/** A proxy for `shop.test`, wherever that may be; what it was asked for. */
export async function proxy(port: number): Promise<{ url: string; asked: string[] }> {
  const asked: string[] = []
  const server = createServer((request: IncomingMessage, response) => {
    asked.push(`${request.method} ${request.url} ${request.headers['proxy-authorization'] ?? 'nobody'}`)
    const { pathname } = new URL(request.url!)
    const headers = request.rawHeaders
    const onward = forward({ host: '127.0.0.1', port, path: pathname, method: request.method, headers }, (answer) => {
      response.writeHead(answer.statusCode!, answer.rawHeaders)
      answer.pipe(response)
    })
    request.pipe(onward)
  })
  server.on('connect', (request: IncomingMessage, socket) => {
    asked.push(`CONNECT ${request.url} ${request.headers['proxy-authorization'] ?? 'nobody'}`)
    const onward = net.connect(port, '127.0.0.1', () => {
      socket.write('HTTP/1.1 200 Connection Established\r\n\r\n')
      socket.pipe(onward).pipe(socket)
    })
    for (const end of [socket, onward]) end.on('error', () => {})
  })
  return { url: `127.0.0.1:${await listening(server)}`, asked }
}
