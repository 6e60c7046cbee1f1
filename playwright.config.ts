import { defineConfig } from '@playwright/test'

const args = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
  '--disable-dev-shm-usage',
]

/** They take the gateway away under everybody's feet. */
const disturbing = ['log-heals.spec.ts', 'terminal.spec.ts']

/** Debian's headless Chromium against the built product, which the global setup starts once for all stories. */
export default defineConfig({
  testDir: 'e2e',
  timeout: 60_000,
  expect: { timeout: 15_000 },
  workers: 2,
  forbidOnly: Boolean(process.env.CI),
  projects: [
    { name: 'together', testIgnore: [...disturbing, '**/clusters/**'] },
    { name: 'alone', testMatch: disturbing, dependencies: ['together'], workers: 1 },
  ],
  globalSetup: './e2e/start-product.ts',
  outputDir: 'test-results',
  use: {
    contextOptions: { reducedMotion: 'reduce' },
    locale: 'en-GB',
    timezoneId: 'UTC',
    viewport: { width: 1440, height: 900 },
    // A sixth of the time; a failed story prints what stood there, and `--trace on` records one that is looked into.
    trace: 'off',
    launchOptions: { executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium-headless-shell', args },
  },
})
