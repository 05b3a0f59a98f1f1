import type { Contract, Json } from '../../spec/contract.ts'
import type { Request } from '../kit/request.ts'
import { Session } from '../kit/session.ts'
import type { TargetConfig } from '../target.ts'
import { Subject } from './subject.ts'

/** An item as it is read, and its media type. */
export interface Example {
  body: Json | undefined
  /** Without parameters; undefined where none is told. */
  type: string | undefined
  /** The validators that stood in its header. */
  validators: string[]
}

const validators = ['ETag', 'Last-Modified']

/** Reads the one item that a sketched document names by its id. @throws Error that says what was answered in its place */
export async function readExample(config: TargetConfig, bare: Contract, id: string): Promise<Example> {
  const [resource] = bare.resources.values()
  const operation = resource?.operations.get('read')?.operation
  if (!resource || !operation) return { body: undefined, type: undefined, validators: [] }
  const session = new Session({ ...config, loaded: bare })
  try {
    const subject = new Subject(session, resource, { budget: 1, signal: AbortSignal.timeout(config.timeout) })
    const request: Request = {
      purpose: 'read the example',
      role: 'read',
      operation,
      method: 'GET',
      path: { id },
      query: [],
      headers: [['Accept', '*/*']],
      body: undefined,
      as: 'a',
      resource: resource.name,
    }
    const answer = await subject.send(request)
    if (!answer.ok)
      throw new Error(
        `the example item is answered ${answer.shown}; name one that can be read, and give credentials with --header or --target`,
      )
    const type = answer.header('content-type')?.split(';', 1)[0]!.trim()
    return { body: answer.body, type, validators: validators.filter((name) => answer.header(name.toLowerCase()) !== undefined) }
  } finally {
    await session.close()
  }
}
