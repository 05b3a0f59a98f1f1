import net, { type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { Connection } from '../../suites/delivery/connection.ts'

/** A server that writes these bytes to whoever connects, part by part, and what it was sent. */
async function answering(...parts: string[]): Promise<{ url: URL; got: Promise<string>; [Symbol.asyncDispose](): Promise<void> }> {
  let told: (text: string) => void
  const got = new Promise<string>((resolve) => (told = resolve))
  const server = net.createServer(async (socket) => {
    socket.once('data', (chunk) => told(String(chunk)))
    for (const part of parts) await new Promise((resolve) => socket.write(part, resolve))
    if (parts.at(-1) === '') socket.end()
  })
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const url = new URL(`http://127.0.0.1:${(server.address() as AddressInfo).port}`)
  return { url, got, [Symbol.asyncDispose]: () => new Promise((resolve) => server.close(() => resolve())) }
}

const patience = { timeout: 500, limit: 1000 }

async function opened(url: URL): Promise<Connection & Disposable> {
  const connection = await Connection.open(url, undefined, 500)
  return Object.assign(connection, { [Symbol.dispose]: () => connection.destroy() })
}

test('bytes go out as they are, and one answer comes back', async () => {
  await using server = await answering('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 412 No\r\nETag:  "1" \r\nContent-Le', 'ngth: 2\r\n\r\nhi')
  using connection = await opened(server.url)
  connection.write(Buffer.from('PUT / HTTP/1.1\r\nIf-Match: "a\x01"\r\n\r\n'))
  expect(await connection.answer(patience)).toEqual({
    status: 412,
    headers: [
      ['ETag', '"1"'],
      ['Content-Length', '2'],
    ],
    body: Buffer.from('hi'),
    at: expect.any(Number),
  })
  expect(await server.got).toContain('If-Match: "a\x01"')
  expect(connection.isIdle).toBe(true)
})

test.each([
  ['chunks', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n'], 'abc', true],
  ['chunks with a trailer', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n1\r\na\r\n0\r\nX: y\r\n\r\n'], 'a', true],
  ['the end of the connection', ['HTTP/1.1 200 OK\r\n\r\nab', 'c', ''], 'abc', false],
  ['no content', ['HTTP/1.1 204 OK\r\n\r\n'], '', true],
  ['a length, the last answer', ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\nConnection: close\r\n\r\na'], 'a', false],
  ['a length, and more than that', ['HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nab'], 'a', false],
])('content by %s', async (_, parts, body, stays) => {
  await using server = await answering(...parts)
  using connection = await opened(server.url)
  connection.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  expect(String((await connection.answer(patience)).body)).toBe(body)
  expect(connection.isIdle).toBe(stays)
})

test('an answer to HEAD is whole with its head, whatever length it tells', async () => {
  await using server = await answering('HTTP/1.1 200 OK\r\nContent-Length: 3\r\n\r\n')
  using connection = await opened(server.url)
  connection.write(Buffer.from('HEAD / HTTP/1.1\r\n\r\n'))
  expect((await connection.answer(patience)).body).toHaveLength(0)
  expect(connection.isIdle).toBe(true)
})

test.each([
  ['nothing', [], 'no whole answer in 0.5 s'],
  ['half of it', ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab', ''], 'the connection was closed before the answer was whole'],
  ['too much', [`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2000)}`], 'answered more than 1000 bytes'],
  ['something else', ['SSH-2.0\r\n\r\n'], 'the answer is no HTTP: "SSH-2.0"'],
])('an answer that is %s', async (_, parts, message) => {
  await using server = await answering(...parts)
  using connection = await opened(server.url)
  connection.write(Buffer.from('GET / HTTP/1.1\r\n\r\n'))
  await expect(connection.answer(patience)).rejects.toThrow(message)
})
