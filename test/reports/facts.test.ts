import { stripVTControlCharacters } from 'node:util'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { html } from '../../reports/html.ts'
import { junit } from '../../reports/junit.ts'
import type { Report } from '../../reports/model.ts'
import { terminal } from '../../reports/terminal.ts'
import { browser, noBrowser } from './browser.ts'
import { contrastsOfTexts } from './contrast.ts'
import { fact, hostile, report, result } from './build.ts'

const told = (): Report =>
  report([result()], {
    facts: [
      fact(),
      fact({ name: 'reads-after-writes', value: 0, words: 'reads show writes at once', purpose: 'read the new item' }),
      fact({ resource: 'note', value: 'none', words: 'reads carry no entity tag' }),
    ],
  })

describe('what was seen', () => {
  test('stands in the terminal with --verbose, an entry a resource', () => {
    const text = terminal([told()], { verbose: true, width: 80 })
    expect(text).toContain('What was seen\n  document: strong entity tags; reads show writes at once\n  note: reads carry no entity tag\n')
    expect(terminal([told()])).not.toContain('What was seen')
    expect(terminal([report([result()])], { verbose: true })).not.toContain('What was seen')
  })

  test('is a property in JUnit', () => {
    expect(junit([told()])).toContain('name="facts" value="document: strong entity tags; reads show writes at once')
    expect(junit([report([result()])])).not.toContain('name="facts"')
  })

  test('is escaped wherever it comes from the target', () => {
    const some = report([result()], { facts: hostile.map((text) => fact({ resource: text, words: text, check: text, purpose: text })) })
    expect(html([some])).not.toMatch(/<(?:script|img|iframe|object|embed|form)\b|\son\w+="/)
    const text = terminal([some], { verbose: true })
    expect(stripVTControlCharacters(text)).toBe(text)
  })
})

describe.skipIf(noBrowser)('the page in a browser', () => {
  let open: Awaited<ReturnType<typeof browser>>
  beforeAll(async () => void (open = await browser()), 60_000)
  afterAll(() => open.close())

  test('lists the facts of a resource when it is unfolded, legibly in both schemes and on a narrow screen', async () => {
    const page = await open.context.newPage()
    await page.setViewportSize({ width: 360, height: 800 })
    await page.setContent(html([told()]))
    const one = page.locator('.seen-of', { has: page.locator('summary b', { hasText: 'document' }) })
    expect(await one.locator('tbody tr').first().isVisible()).toBe(false)
    await one.locator('summary').click()
    expect(await one.locator('tbody th').allTextContents()).toEqual(['entity-tags', 'reads-after-writes'])
    expect(await one.locator('tbody td:nth-child(2)').allTextContents()).toEqual(['strong entity tags', 'reads show writes at once'])
    expect(await one.locator('tbody tr').first().innerText()).toContain('entity-tags/changes-on-write')
    for (const colorScheme of ['light', 'dark'] as const) {
      await page.emulateMedia({ colorScheme })
      const low = (await page.evaluate(contrastsOfTexts)).filter(({ ratio }) => ratio < 4.5)
      expect(low).toEqual([])
    }
    expect(await page.evaluate(() => document.documentElement.scrollWidth <= document.documentElement.clientWidth)).toBe(true)
    await page.close()
  })
})
