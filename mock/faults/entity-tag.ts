import { fault, type AnsweredScene, type Fault } from '../fault.ts'
import { headerOf, withHeader, type Answer } from '../message.ts'
import type { Item } from '../kept.ts'
import { tokenAt } from '../token.ts'

/** The tag never changes. */
export const tagConstant: Fault = retagged('tag-constant', 'gives every version of an item the same tag', () => '"constant"')

/** `ETag: abc`. */
export const tagUnquoted: Fault = fault({
  name: 'tag-unquoted',
  title: 'sends tags without quotes',
  token: (text, { token }) => (token.format === 'etag' && typeof text === 'string' ? text.replaceAll('"', '') : text),
})

/** Two writes within one second cannot be told apart. */
export const tagBySecond: Fault = retagged(
  'tag-by-second',
  'makes tags from the time of the last change, in seconds',
  (_, { modified }) => `"${Math.floor(modified / 1000)}"`,
)

/** The tag is forgotten where it matters most. */
export const tagMissing: Fault = fault({
  name: 'tag-missing',
  title: 'sends no tag with reads',
  seen: 'PostHog/posthog#42875, wiremock/wiremock#2822',
  answer: (answer, scene) => (isRead(scene) ? { ...answer, headers: withHeader(answer.headers, 'ETag', undefined) } : answer),
})

/** A gateway adds a tag to the one that is there. */
export const tagTwice: Fault = fault({
  name: 'tag-twice',
  title: 'sends a second ETag line, of its own making',
  seen: 'a framework and a gateway that each add a tag',
  answer: (answer) => (tagIn(answer) === undefined ? answer : { ...answer, headers: [...answer.headers, ['ETag', '"from-the-gateway"']] }),
})

/** The tag is made from the time of the request. */
export const tagPerRead: Fault = fault({
  name: 'tag-per-read',
  title: 'sends another tag with every read',
  answer(answer, scene) {
    const tag = isRead(scene) ? tagIn(answer) : undefined
    return tag === undefined ? answer : { ...answer, headers: withHeader(answer.headers, 'ETag', tag.replace(/"$/, `-${count(scene)}"`)) }
  },
})

/** The content has something of the request in it. */
export const contentPerRead: Fault = fault({
  name: 'content-per-read',
  title: 'counts the reads in the content, under a strong tag',
  answer(answer, scene) {
    if (!isRead(scene) || answer.status !== 200 || !String(answer.body).startsWith('{')) return answer
    return { ...answer, body: JSON.stringify({ ...(JSON.parse(String(answer.body)) as object), served: count(scene) }) }
  },
})

/** The tag is taken before the write is done. */
export const tagOldOnWrite: Fault = fault({
  name: 'tag-old-on-write',
  title: 'answers a write with the tag of the version before',
  seen: 'haiwen/seafdav#95',
  answer(answer, scene) {
    const before = `tag of ${scene.received.target}`
    if (isRead(scene)) scene.memory.set(before, tagIn(answer))
    const old = scene.memory.get(before) as string | undefined
    return scene.decision.kind === 'perform' && !isRead(scene) && old !== undefined && tagIn(answer) !== undefined
      ? { ...answer, headers: withHeader(answer.headers, 'ETag', old) }
      : answer
  },
})

/** Versions are counted from 1 for each item, a deleted one and its successor alike. */
export const tagRestarts: Fault = retagged(
  'tag-restarts',
  'counts the versions of an item from 1 again when it is created again',
  (_, { history }) => `"${history.length}"`,
)

/** A server that names versions in its own way, and compares what it named. */
function retagged(name: string, title: string, tag: (text: string, item: Item) => string): Fault {
  return fault({
    name,
    title,
    token: (text, { token, item }) => (token.format === 'etag' ? tag(String(text), item) : text),
    decision(decision, scene) {
      if (decision.kind !== 'refuse' || decision.name !== 'stale' || scene.item === undefined) return decision
      const { token, sentToken } = decision.evidence
      if (token?.format !== 'etag') return decision
      const current = tag(String(tokenAt(token, scene.item, { part: 'header' })), scene.item)
      return sentToken === current ? (scene.perform() ?? decision) : decision
    },
  })
}

function isRead(scene: AnsweredScene): boolean {
  return scene.role === 'read'
}

function tagIn({ headers }: Answer): string | undefined {
  return headerOf(headers, 'etag')
}

function count({ memory }: AnsweredScene): number {
  const next = ((memory.get('reads') as number | undefined) ?? 0) + 1
  memory.set('reads', next)
  return next
}
