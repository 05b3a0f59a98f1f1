import { gzipSync } from 'node:zlib'
import { fault, type AnsweredScene, type Fault } from '../fault.ts'
import { headerOf, withHeader, type Answer } from '../message.ts'
import { isRefusal } from './edit.ts'

/** Bugs of what compresses and translates. */

/** A proxy that compresses and leaves the tag as it is (nginx before 1.7.3 took it away, others kept it). */
export const gzipSameTag: Fault = fault({
  name: 'gzip-same-tag',
  title: 'compresses content under the strong tag of the plain content',
  answer: (answer, scene) => (asksGzip(scene) && isWhole(answer) ? compressed(answer) : answer),
})

/** A proxy that appends to the tag, before a server that does not know it (Apache bug 45023). */
export const gzipTagUnknown: Fault = fault({
  name: 'gzip-tag-unknown',
  title: 'appends -gzip to the tag of compressed content, and knows only the plain one in If-Match',
  answer(answer, scene) {
    const tag = headerOf(answer.headers, 'etag')
    if (!asksGzip(scene) || !isWhole(answer) || tag === undefined) return answer
    const coded = compressed(answer)
    return { ...coded, headers: withHeader(coded.headers, 'ETag', tag.replace(/"$/, '-gzip"')) }
  },
})

export const variantsShareTag: Fault = fault({
  name: 'variants-share-tag',
  title: 'translates content and leaves the tag as it is',
  answer(answer, scene) {
    const language = headerOf(scene.received.headers, 'accept-language')
    if (language !== 'de' || scene.role !== 'read' || !isWhole(answer)) return answer
    return { ...answer, headers: withHeader(answer.headers, 'Content-Language', 'de'), body: `${String(answer.body)} ` }
  },
})

/** The edge weakens every tag, and If-Match compares strongly: nobody can save (PostHog 42875, wiremock 2822). */
export const edgeWeakensTags: Fault = fault({
  name: 'edge-weakens-tags',
  title: 'weakens the tags of compressed content on its way out',
  seen: 'gateways that compress (Mnexa-AI/e2a#859)',
  answer(answer, scene) {
    const tag = headerOf(answer.headers, 'etag')
    if (!asksGzip(scene) || tag === undefined || isRefusal(scene.decision)) return answer
    return { ...answer, headers: withHeader(answer.headers, 'ETag', tag.startsWith('W/') ? tag : `W/${tag}`) }
  },
})

function asksGzip({ received, role }: AnsweredScene): boolean {
  return role === 'read' && /\bgzip\b/.test(headerOf(received.headers, 'accept-encoding') ?? '')
}

function isWhole({ status, body }: Answer): boolean {
  return status === 200 && body.length > 0
}

function compressed(answer: Answer): Answer {
  return { ...answer, headers: withHeader(answer.headers, 'Content-Encoding', 'gzip'), body: gzipSync(answer.body) }
}
