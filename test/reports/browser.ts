import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { chromium, type BrowserContext } from 'playwright-core'

const executablePath = process.env['CHROMIUM'] ?? '/usr/bin/chromium'

/** Why no browser can be had; undefined where one can. */
export const noBrowser: string | undefined = existsSync(executablePath)
  ? undefined
  : `Chromium is not installed at ${executablePath}: apt-get install chromium, or name another in CHROMIUM`

const flags = [
  'no-sandbox',
  'disable-gpu',
  'disable-quic',
  'no-first-run',
  'disable-background-networking',
  'disable-component-update',
  'disable-sync',
]

/** How its pages are shown. */
export interface Shown {
  viewport?: { width: number; height: number }
  deviceScaleFactor?: number
  colorScheme?: 'light' | 'dark'
}

/** A browser with an empty profile of its own, and what ends it and removes the profile. */
export async function browser(shown: Shown = {}): Promise<{ context: BrowserContext; close: () => Promise<void> }> {
  const profile = mkdtempSync(join(tmpdir(), 'ifmatch-browser-'))
  const context = await chromium.launchPersistentContext(profile, {
    executablePath,
    headless: true,
    args: flags.map((flag) => `--${flag}`),
    ...shown,
  })
  const close = async () => {
    await context.close()
    rmSync(profile, { recursive: true, force: true })
  }
  return { context, close }
}
