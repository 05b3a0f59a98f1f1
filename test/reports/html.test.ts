import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { Page } from 'playwright-core'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { curl } from '../../reports/curl.ts'
import type { FormatOptions } from '../../reports/format.ts'
import { html } from '../../reports/html.ts'
import { junit } from '../../reports/junit.ts'
import { verdicts, type Report } from '../../reports/model.ts'
import { visible } from '../../reports/visible.ts'
import { browser, noBrowser } from './browser.ts'
import { contrastsOfTexts } from './contrast.ts'
import { everyVerdict, hostile, hostileResult, report, result } from './build.ts'
import { realistic } from './realistic.ts'

const attacked = () =>
  report(
    hostile.flatMap((text) => verdicts.map((verdict) => hostileResult(text, verdict))),
    { target: { name: hostile[0]!, urls: [...hostile] } },
  )

describe('the page as text', () => {
  test('has one style sheet, allowed by its hash, and nothing that loads or runs', () => {
    const page = html([realistic()])
    expect(page).toMatch(
      /http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'sha256-[\w+/=]{44}'; base-uri 'none'; form-action 'none'"/,
    )
    expect(page).not.toMatch(/<(?:script|img|iframe|object|embed|form)\b|<link|@import|url\(|\sstyle=|\son\w+=/)
  })

  test('has anchors that are all different and links that all lead somewhere', () => {
    const page = html([attacked(), attacked(), realistic()])
    const ids = [...page.matchAll(/\sid="([^"]*)"/g)].map(([, id]) => id)
    expect(new Set(ids).size).toBe(ids.length)
    for (const [, target] of page.matchAll(/\shref="#([^"]*)"/g)) expect(ids).toContain(target)
  })

  test('says the end of the run in its title', () => {
    const title = (reports: Report[], options?: FormatOptions) => /<title>(.*) \(ifmatch\)<\/title>/.exec(html(reports, options))![1]
    expect(title([realistic()])).toBe('staging: 3 failures')
    expect(title([realistic()], { strict: true })).toBe('staging: 4 failures')
    expect(title([report([result()])])).toBe('staging: no failure in what was tried')
    expect(title([report([])])).toBe('staging: could not be judged')
    expect(title([report([result()]), report([result()])])).toBe('2 targets: no failure in what was tried')
  })

  test('shows whole exchanges of what went wrong, one line for what went well, and says what it leaves out', () => {
    const exchanges = Array.from({ length: 40 }, () => result().exchanges[0]!)
    const bad = html([report([result({ verdict: 'fail', exchanges })])])
    expect(bad.match(/class="exchange"/g)).toHaveLength(12)
    expect(bad).toContain('28 exchanges more in the JSON report')
    expect(html([report([result()])])).not.toContain('class="exchange"')
  })

  test('stays small for 2,000 results', () => {
    const many = Array.from({ length: 250 }, (_, index) => `if-match/check-${index}`).flatMap((check) =>
      Array.from({ length: 8 }, (_, index) => result({ check, resource: `resource-${index}` })),
    )
    expect(html([report(many)]).length).toBeLessThan(2_500_000)
  })
})

describe('the page in a browser', () => {
  let page: Page
  let close: () => Promise<void> = async () => {}
  const folder = mkdtempSync(join(tmpdir(), 'ifmatch-page-'))
  const requests: string[] = []
  const complaints: string[] = []

  beforeAll(async () => {
    if (noBrowser !== undefined) return
    const started = await browser()
    close = started.close
    page = await started.context.newPage()
    page.on('request', (request) => requests.push(request.url()))
    page.on('console', (message) => complaints.push(message.text()))
    page.on('dialog', (dialog) => complaints.push(`dialog: ${dialog.message()}`))
  }, 60_000)

  afterAll(async () => {
    await close()
    rmSync(folder, { recursive: true })
  })

  beforeEach(({ skip }) => skip(noBrowser !== undefined, noBrowser))

  /** Opens the page from a file, as people do. */
  async function open(reports: Report[], options: FormatOptions = {}, anchor = ''): Promise<string> {
    const file = join(folder, 'report.html')
    writeFileSync(file, html(reports, options))
    const url = pathToFileURL(file).href
    await page.goto('about:blank')
    requests.length = complaints.length = 0
    await page.goto(url + anchor)
    return url
  }

  test('the hostile values are real attacks', async () => {
    await page.goto('about:blank')
    await page.setContent(hostile.join('\n'))
    await page.waitForFunction('window.hacked !== undefined')
  })

  test('runs nothing, loads nothing and shows hostile values as text', async () => {
    const url = await open([attacked()])
    for (const verdict of verdicts) await page.check(`#show-${verdict}`)
    expect(await page.evaluate('window.hacked')).toBeUndefined()
    expect(requests).toEqual([url])
    expect(complaints).toEqual([])
    expect(
      await page.evaluate(
        "document.querySelectorAll('script, img, svg:not(.timeline svg), iframe, [onmouseover], [onerror], body style').length",
      ),
    ).toBe(0)
    const shown = await page.evaluate('document.body.textContent')
    for (const text of hostile) expect(shown).toContain(visible(text))
    expect(
      await page.evaluate(
        "[...document.querySelectorAll('a[href]')].filter((a) => !/^(#|https:..www.rfc-editor.org)/.test(a.getAttribute('href'))).length",
      ),
    ).toBe(0)
  })

  test('has its style under its policy', async () => {
    await open([realistic()])
    expect(complaints).toEqual([])
    expect(await page.evaluate("getComputedStyle(document.querySelector('.filter')).position")).toBe('sticky')
  })

  test('JUnit of hostile values is XML for the browser too', async () => {
    await page.goto('about:blank')
    const broken = (xml: string) =>
      page.evaluate((text) => new DOMParser().parseFromString(text, 'text/xml').querySelector('parsererror')?.textContent ?? null, xml)
    expect(await broken('<a>\x01</a>')).not.toBeNull()
    expect(await broken(junit([attacked(), realistic()]))).toBeNull()
  })

  test('shows findings at first; switches show and hide by verdict', async () => {
    await open([report(everyVerdict())])
    const seen = async () => {
      const states = await Promise.all(verdicts.map((verdict) => page.locator(`.result.${verdict}`).isVisible()))
      return verdicts.filter((_, index) => states[index])
    }
    expect(await seen()).toEqual(['fail', 'warn', 'inconclusive', 'info'])
    await page.focus('#show-pass')
    await page.keyboard.press('Space')
    await page.uncheck('#show-fail')
    expect(await seen()).toEqual(['warn', 'inconclusive', 'info', 'pass'])
    expect(await page.locator('.check.has-fail').isVisible()).toBe(false)
  })

  test('shows everything where nothing was found', async () => {
    await open([report([result()])])
    expect(await page.locator('.result.pass').isVisible()).toBe(true)
  })

  test('a link in the matrix shows and opens a hidden result', async () => {
    await open([realistic()])
    const passed = page.locator('details.result.pass', { hasText: 'note' }).first()
    expect(await passed.isVisible()).toBe(false)
    await page.click('.matrix a[title="etag/syntax on note"]')
    const opened = page.locator('.result:has(:target)')
    expect(await opened.isVisible()).toBe(true)
    expect(await opened.getAttribute('open')).not.toBeNull()
    expect(await opened.locator('.lines li').isVisible()).toBe(true)
  })

  test('one click on a command selects all of it', async () => {
    await open([realistic()], { secrets: ['TOKEN'] })
    const first = realistic().results.find(({ verdict }) => verdict === 'fail')!.exchanges[0]!
    await page.locator('.curl').first().click()
    expect(await page.evaluate('getSelection().toString()')).toBe(curl(first, ['TOKEN']))
  })

  test.each(['light', 'dark'] as const)('has a contrast of 4.5 for every text, %s', async (colorScheme) => {
    await page.emulateMedia({ colorScheme })
    await open([realistic({ complete: false })], {}, '#if-match/stale-not-performed/file')
    for (const verdict of verdicts) await page.check(`#show-${verdict}`)
    const ground = await page.evaluate('getComputedStyle(document.body).backgroundColor')
    expect(ground).toBe(colorScheme === 'light' ? 'rgb(252, 252, 251)' : 'rgb(20, 23, 27)')
    const contrasts = await page.evaluate(contrastsOfTexts)
    expect(contrasts.length).toBeGreaterThan(200)
    expect(contrasts.filter(({ ratio }) => ratio < 4.5)).toEqual([])
    await page.emulateMedia({ colorScheme: null })
  })

  test('has headings without a gap', async () => {
    for (const reports of [[realistic()], [realistic(), report(everyVerdict())]]) {
      await open(reports)
      const levels: number[] = await page.evaluate(
        "[...document.querySelectorAll('h1,h2,h3,h4,h5,h6')].map((heading) => Number(heading.tagName[1]))",
      )
      expect(levels[0]).toBe(1)
      expect(levels.filter((level, index) => level > (levels[index - 1] ?? 0) + 1)).toEqual([])
    }
  })

  test.each([320, 1280])('needs no sideways scrolling at %d px', async (width) => {
    await page.setViewportSize({ width, height: 800 })
    const long = result({
      verdict: 'fail',
      check: `if-match/${'long'.repeat(60)}`,
      resource: 'resource'.repeat(40),
      reason: 'x'.repeat(900),
      seen: '\u202e'.repeat(300),
    })
    await open([attacked(), report([long])])
    for (const verdict of verdicts) await page.check(`#show-${verdict}`)
    expect(await page.evaluate('document.documentElement.scrollWidth - innerWidth')).toBeLessThanOrEqual(0)
    await page.setViewportSize({ width: 1280, height: 800 })
  })

  test('prints what is folded', async () => {
    await open([report([result({ verdict: 'warn' })])])
    const inner = page.locator('details.result.warn .exchange')
    expect(await inner.isVisible()).toBe(false)
    await page.emulateMedia({ media: 'print' })
    expect((await inner.boundingBox())!.height).toBeGreaterThan(50)
    await page.emulateMedia({ media: null })
  })
})
