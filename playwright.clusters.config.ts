import { defineConfig } from '@playwright/test'
import base from './playwright.config'

/** The story that needs two clusters of its own: part of the kind `cluster`. Somebody's one cluster is not enough for it. */
const isGivenOne = process.env.TENGEN_TEST_KUBECONFIG !== undefined
const { globalSetup: _, ...shared } = base

export default defineConfig({
  ...shared,
  testDir: 'e2e/clusters',
  timeout: 180_000,
  workers: 1,
  projects: [{ name: 'clusters' }],
  ...(isGivenOne ? { testIgnore: ['**'] } : { globalSetup: './e2e/clusters/start-clusters.ts' }),
})
