import fc from 'fast-check'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { html } from '../../reports/html.ts'
import { terminal } from '../../reports/terminal.ts'
import { timeline } from '../../reports/timeline.ts'
import { browser, noBrowser } from './browser.ts'
import { race, report, result } from './build.ts'
import { contrastsOfTexts } from './contrast.ts'

const failed = (change = {}) => report([result({ verdict: 'fail', check: 'races/stale-token', race: race(), exchanges: [], ...change })])
const lost = race().shown!

describe('the picture', () => {
  test('has a lane for each operation, in the order of their calls, and marks the proof', () => {
    const { lanes, left } = timeline(lost)
    expect(lanes.map(({ operation, proof }) => [operation.writer, proof])).toEqual([
      ['A', true],
      ['B', false],
      ['C', true],
      ['D', false],
      ['E', false],
      ['F', false],
    ])
    expect(left).toBe(0)
  })

  test('keeps the order of moments, and gives the busy ones room beside a wait of ten seconds', () => {
    const { lanes } = timeline(lost)
    const moments = lanes.flatMap(({ operation: { call, end }, from, to }) => [[call, from], ...(end === null ? [] : [[end, to]])])
    moments.sort(([a], [b]) => a! - b!)
    for (const [index, [, at]] of moments.entries()) expect(at).toBeGreaterThanOrEqual(moments[index - 1]?.[1] ?? 0)
    expect(lanes[4]!.to - lanes[0]!.to).toBeGreaterThan(0.03)
    expect(lanes[3]!.to).toBe(1)
  })

  test('of many operations it shows the proof, how it began and how it ended', () => {
    const many = Array.from({ length: 200 }, (_, index) => ({ ...lost.operations[1]!, id: index + 1, call: index, end: index + 9 }))
    const { lanes, left } = timeline({ ...lost, operations: many, findings: [{ ...lost.findings[0]!, operations: [90, 95] }] })
    expect([lanes.length, left]).toEqual([24, 176])
    expect(lanes.map(({ operation: { id } }) => id)).toEqual(expect.arrayContaining([1, 90, 95, 200]))
  })

  test('any times lie between its edges', () => {
    const time = fc.double({ min: 0, max: 1e5, noNaN: true })
    const operations = fc
      .array(fc.tuple(time, fc.option(time)), { maxLength: 30 })
      .map((all) =>
        all.map(([call, more], index) => ({ ...lost.operations[1]!, id: index + 1, call, end: more === null ? null : call + more })),
      )
    fc.assert(
      fc.property(operations, (all) => {
        for (const { from, to } of timeline({ ...lost, operations: all, findings: [] }).lanes) {
          expect(from).toBeGreaterThanOrEqual(0)
          expect(to).toBeGreaterThanOrEqual(from)
          expect(to).toBeLessThanOrEqual(1)
        }
      }),
      { seed: 5, numRuns: 300 },
    )
  })
})

test('the terminal draws it', () => {
  const lines = terminal([failed()], { width: 110 }).split('\n')
  const from = lines.findIndex((line) => line.includes('round 3'))
  expect(lines.slice(from, from + 9).join('\n')).toMatchInlineSnapshot(`
    "    round 3, last-byte; 3 rounds, a loss proved in 1
        ◆ A write "k3x9-1"  "8f1c-7"  ━━━━━━━━━━━━━━━                                             200 done
          B write "k3x9-2"  "8f1c-7"  ───────────────────                                         412 refused
        ◆ C write "k3x9-3"  "8f1c-7"   ━━━━━━━━━━━━━━━━━                                          200 done
          D write "k3x9-4"  "8f1c-7"   ╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌╌  no answer
          E write "k3x9-5"  "8f1c-7"    ───────────────────                                       412 refused
          F read                                                                          ──────  200 saw "k3x9-3"
        ◆ A's write of "k3x9-1" and C's write of "k3x9-3" both took effect upon the same version (token "8f1c-7"):
        one of them was overwritten unseen"
  `)
})

test('the terminal tells what races that found nothing may claim, each claim once', () => {
  const claim = '20 rounds, no loss seen: rate below 14 % at 95 %'
  const quiet = ['note', 'file'].map((resource) => result({ check: 'races/stale-token', resource, race: race({ losses: 0, claim }) }))
  const text = terminal([report(quiet)])
  expect(text).toContain(`Races\n     2  ${claim}\n`)
  expect(terminal([report(quiet)], { verbose: true })).toContain('races/stale-token on note')
  expect(html([report(quiet)])).toContain(`<b>${claim}</b> <span class="quiet">races/stale-token on note, races/stale-token on file</span>`)
})

test('a race of which no round was finished has no picture', () => {
  const claim = 'no round was finished: nothing can be said'
  expect(html([failed({ race: race({ claim, shown: null }) })])).toContain(`<p class="race">${claim}</p>`)
  expect(terminal([failed({ race: race({ claim, shown: null }) })])).toContain(claim)
})

describe('the picture in a browser', () => {
  let page: Page
  let close: () => Promise<void> = async () => {}

  beforeAll(async () => {
    if (noBrowser !== undefined) return
    const started = await browser()
    close = started.close
    page = await started.context.newPage()
  }, 60_000)

  afterAll(() => close())

  beforeEach(({ skip }) => skip(noBrowser !== undefined, noBrowser))

  test.each(['light', 'dark'] as const)('has a contrast of 4.5 for every text, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await page.setContent(html([failed()]))
    await page.locator('.race summary').click()
    const contrasts = await page.evaluate(contrastsOfTexts)
    expect(contrasts.filter(({ text }) => text.includes('k3x9')).length).toBeGreaterThan(5)
    expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    const fills = await page.evaluate(
      "['.done','.refused','.read','.ground'].map((name) => getComputedStyle(document.querySelector('.timeline ' + name)).fill)",
    )
    expect(new Set(fills as string[]).size).toBe(4)
    await page.emulateMedia({ colorScheme: null })
  })

  test('is told in words to who cannot see it, and once more as a table', async () => {
    await page.setContent(html([failed()]))
    const picture = page.getByRole('img', { name: /^Timeline of round 3: 6 operations, A, C succeeded\. A's write of "k3x9-1"/ })
    expect(await picture.isVisible()).toBe(true)
    await page.locator('.race summary').click()
    expect(await page.locator('.race tbody tr').allInnerTexts()).toContain('D\twrite k3x9-4\t"8f1c-7"\t0.26\t\tnone, unknown\t')
  })

  test.each([320, 1280])('nothing lies over anything else or is cut, and the page needs no sideways scrolling, at %d px', async (width) => {
    const long = (text: string | null) => text && `a-long-text-that-names-a-version-${text}`
    const operations = lost.operations.map((each) => ({
      ...each,
      writer: `A${each.writer}`,
      role: each.role === 'write' ? ('create' as const) : each.role,
      sent: long(each.sent),
      wrote: long(each.wrote),
      shown: each.shown && { ...each.shown, value: long(each.shown.value) },
    }))
    await page.setViewportSize({ width, height: 800 })
    await page.setContent(html([failed({ race: race({ shown: { ...lost, operations } }) })]))
    const right = await page.locator('.timeline svg').evaluate((drawn) => drawn.getBoundingClientRect().right)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    const texts = await page
      .locator('.timeline text')
      .evaluateAll((all) => all.map((each) => ({ words: each.textContent, ...each.getBoundingClientRect().toJSON() })))
    for (const { words, right: end } of texts) expect(end, String(words)).toBeLessThanOrEqual(right)
    for (const [index, one] of texts.entries())
      for (const other of texts.slice(index + 1)) {
        const apart = one.right <= other.left || other.right <= one.left || one.bottom <= other.top + 3 || other.bottom <= one.top + 3
        expect(apart, `"${one.words}" and "${other.words}"`).toBe(true)
      }
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  test('is whole on paper', async () => {
    await page.setViewportSize({ width: 720, height: 800 })
    await page.setContent(html([failed()]))
    await page.emulateMedia({ media: 'print' })
    const [frame, drawn] = await Promise.all([page.locator('.timeline').boundingBox(), page.locator('.timeline svg').boundingBox()])
    expect(drawn!.x + drawn!.width).toBeLessThanOrEqual(frame!.x + frame!.width + 1)
    await page.emulateMedia({ media: null })
  })
})
