import type { Finding, ResourceFindings } from './finding.ts'
import { shapes } from './structure.ts'

/**
 * What requests settled, laid over what the document suggested. A guess about something that was settled is dropped; any other stays a guess
 * and says that the probe did not see it, also where the document itself promises it.
 */
export function merged(
  suggested: ResourceFindings,
  settled: { findings: readonly Finding[]; questions: readonly string[] },
): ResourceFindings {
  const left = suggested.findings.filter((finding) => !settled.findings.some((seen) => isAbout(seen, finding)))
  const doubted = left.map((finding): Finding =>
    isShape(finding) ? finding : { ...finding, sure: false, because: [...finding.because, 'the probe did not see it'] },
  )
  const knowsUnique = settled.findings.some(({ at }) => at[0] === 'unique')
  const questions = suggested.questions.filter((question) => !(knowsUnique && question.startsWith('create may answer 409')))
  return {
    ...suggested,
    findings: [...doubted.filter(isShape), ...settled.findings, ...doubted.filter((finding) => !isShape(finding))],
    questions: [...settled.questions, ...questions],
  }
}

function isShape({ at }: Finding): boolean {
  return shapes.has(at[0]!)
}

/** Does what was seen speak of the same thing: the same mechanism, or a guard that looks at the same place? */
function isAbout(seen: Finding, { at, value }: Finding): boolean {
  if (shapes.has(at[0]!)) return seen.at.join('/') === at.join('/')
  if (at[0] !== 'guards' || seen.at[0] !== 'guards') return seen.at[0] === at[0]
  const { send } = value as { send: unknown }
  return [seen.at.at(-1) === 'send' ? seen.value : (seen.value as { send?: unknown } | null)?.send].flat().includes(send)
}
