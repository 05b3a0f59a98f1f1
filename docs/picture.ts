/**
 * Makes docs/report.png, the picture in the README, from the JSON of a run:
 *
 *     ifmatch test --report json=run.json; node docs/picture.ts run.json
 *
 * It needs Chromium: /usr/bin/chromium, or the path in CHROMIUM.
 */
import { readFileSync } from 'node:fs'
import { html } from '../reports/html.ts'
import type { Report } from '../reports/model.ts'
import { browser, noBrowser } from '../test/reports/browser.ts'

const [file] = process.argv.slice(2)
if (file === undefined) {
  console.error('usage: node docs/picture.ts RUN.json, where RUN.json is a report that ifmatch wrote')
  process.exit(2)
}
const report: Report = JSON.parse(readFileSync(file, 'utf8'))
if (noBrowser !== undefined) {
  console.error(noBrowser)
  process.exit(2)
}
const { context, close } = await browser({ viewport: { width: 1200, height: 860 }, deviceScaleFactor: 1.5, colorScheme: 'light' })
const page = await context.newPage()
await page.setContent(html([report]))
await page.screenshot({ path: new URL('report.png', import.meta.url).pathname })
await close()
