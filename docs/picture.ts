/**
 * Makes docs/report.png, the picture in the README, from the JSON of a run:
 *
 *     ifmatch test --report json=run.json; node docs/picture.ts run.json
 *
 * It needs Chromium: /usr/bin/chromium, or the path in CHROMIUM.
 */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium } from 'playwright-core'
import { html } from '../reports/html.ts'
import type { Report } from '../reports/model.ts'

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node docs/picture.ts RUN.json, where RUN.json is a report that ifmatch wrote')
  process.exit(2)
}
const report: Report = JSON.parse(readFileSync(file, 'utf8'))
const profile = mkdtempSync(join(tmpdir(), 'ifmatch-picture-'))
const flags = [
  'no-sandbox',
  'disable-gpu',
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
]
const browser = await chromium.launchPersistentContext(profile, {
  executablePath: process.env['CHROMIUM'] ?? '/usr/bin/chromium',
  args: flags.map((flag) => `--${flag}`),
  viewport: { width: 1200, height: 860 },
  deviceScaleFactor: 1.5,
  colorScheme: 'light',
})
const page = await browser.newPage()
await page.setContent(html([report]))
await page.screenshot({ path: new URL('report.png', import.meta.url).pathname })
await browser.close()
rmSync(profile, { recursive: true })
