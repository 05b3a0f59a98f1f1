import { createServer, type Server, type Socket } from 'node:net'
import type { AddressInfo } from 'node:net'
import { freePort } from '../../examples/serve.ts'

/** Ways in which a server can be no use. */
export const misbehaviours: Record<string, (socket: Socket) => void> = {
  garbage: (socket) => socket.write('\u0000\u0001 this is no HTTP \r\n\r\n'),
  silence: () => {},
  'ten megabytes': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 10000000\r\n\r\n"')
    socket.write('x'.repeat(9_999_998))
    socket.write('"')
  },
  'a reset half-way': (socket) => {
    socket.write('HTTP/1.1 200 OK\r\nContent-Type: application/json\r\nContent-Length: 1000\r\n\r\n{"half":', () =>
      socket.resetAndDestroy(),
    )
  },
}

/** A server on loopback that reads each request and then misbehaves. */
export interface BadServer {
  url: string
  close(): Promise<void>
}

/** Starts one. `name` is one of `misbehaviours`, or `refusal`: a port on which nobody listens. */
export async function badServer(name: string): Promise<BadServer> {
  if (name === 'refusal') return { url: `http://127.0.0.1:${await freePort()}`, close: async () => {} }
  const sockets = new Set<Socket>()
  const server: Server = createServer((socket) => {
    sockets.add(socket)
    socket.on('error', () => {})
    socket.on('data', () => misbehaviours[name]?.(socket))
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  const close = (): Promise<void> => {
    for (const socket of sockets) socket.destroy()
    return new Promise((resolve) => server.close(() => resolve()))
  }
  return { url: `http://127.0.0.1:${port}`, close }
}
