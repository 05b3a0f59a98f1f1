import { createPrivateKey, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import type { Tls } from './target.ts'

/** What a target file or the command line says of TLS; `ca`, `cert` and `key` are files. */
export type WrittenTls = Tls

/** A file of TLS that cannot be used. */
export class TlsProblem extends Error {
  /** Which of them. */
  readonly part: keyof Tls

  constructor(part: keyof Tls, message: string) {
    super(message)
    this.part = part
  }
}

/**
 * Reads the files, so that what is wrong with them is known before the first request.
 * @param resolve makes an absolute path
 * @throws TlsProblem that names the part, the file and the remedy
 */
export function readTls(written: WrittenTls, resolve: (file: string) => string): Tls {
  const { ca, cert, key, passphrase, insecure } = written
  if (cert !== undefined && key === undefined) throw new TlsProblem('cert', 'tls.cert needs tls.key, its private key')
  if (key !== undefined && cert === undefined) throw new TlsProblem('key', 'tls.key needs tls.cert, its certificate')
  const read = (part: 'ca' | 'cert' | 'key', file: string, check: (text: string) => void): string => {
    let text: string
    try {
      text = readFileSync(resolve(file), 'utf8')
    } catch (error) {
      throw new TlsProblem(part, `tls.${part}: ${file} cannot be read (${(error as NodeJS.ErrnoException).code}); check the path`)
    }
    try {
      check(text)
    } catch {
      const remedy = part !== 'key' ? 'PEM begins with -----BEGIN CERTIFICATE-----' : 'check that it is PEM, and its tls.passphrase'
      throw new TlsProblem(
        part,
        `tls.${part}: ${file} holds no ${part === 'key' ? 'private key' : 'certificate'} that can be used; ${remedy}`,
      )
    }
    return text
  }
  const certificate = (text: string): void => void new X509Certificate(text)
  return {
    ...(ca !== undefined && { ca: read('ca', ca, certificate) }),
    ...(cert !== undefined && { cert: read('cert', cert, certificate) }),
    ...(key !== undefined && { key: read('key', key, (text) => void createPrivateKey({ key: text, ...(passphrase && { passphrase }) })) }),
    ...(passphrase !== undefined && { passphrase }),
    ...(insecure && { insecure }),
  }
}
