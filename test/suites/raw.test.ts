import net, { type AddressInfo } from 'node:net'
import { expect, test } from 'vitest'
import { sendRaw } from '../../suites/kit/raw.ts'

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

const options = { timeout: 500, limit: 1000 }

test('bytes go out as they are, and one answer comes back', async () => {
  await using server = await answering('HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 412 No\r\nETag:  "1" \r\nContent-Le', 'ngth: 2\r\n\r\nhi!!')
  const answer = await sendRaw(server.url, ['PUT / HTTP/1.1\r\nIf-Match: "a\x01"\r\n\r\n'], options)
  expect(answer).toEqual({
    status: 412,
    headers: [
      ['ETag', '"1"'],
      ['Content-Length', '2'],
    ],
    body: Buffer.from('hi'),
  })
  expect(await server.got).toContain('If-Match: "a\x01"')
})

test.each([
  ['chunks', ['HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n2\r\nab\r\n1;x=y\r\nc\r\n0\r\n\r\n'], 'abc'],
  ['the end of the connection', ['HTTP/1.1 200 OK\r\n\r\nab', 'c', ''], 'abc'],
  ['no content', ['HTTP/1.1 204 OK\r\n\r\n'], ''],
])('content by %s', async (_, parts, body) => {
  await using server = await answering(...parts)
  expect(String((await sendRaw(server.url, ['GET / HTTP/1.1\r\n\r\n'], options)).body)).toBe(body)
})

test.each([
  ['nothing', [], 'no whole answer in 0.5 s'],
  ['half of it', ['HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nab', ''], 'the connection was closed before the answer was whole'],
  ['too much', [`HTTP/1.1 200 OK\r\n\r\n${'x'.repeat(2000)}`], 'answered more than 1000 bytes'],
  ['something else', ['SSH-2.0\r\n\r\n'], 'the answer is no HTTP: "SSH-2.0"'],
])('an answer that is %s', async (_, parts, message) => {
  await using server = await answering(...parts)
  await expect(sendRaw(server.url, ['GET / HTTP/1.1\r\n\r\n'], options)).rejects.toThrow(message)
})
