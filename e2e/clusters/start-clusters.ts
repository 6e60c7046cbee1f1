import { startFor } from '@/e2e/start-product'
import { bringUp, dropAbandoned, type TestKubernetes, takeDown } from '@/lib/testing/kubernetes'

/** Two real clusters and the product. TENGEN_E2E_CLUSTERS names two that are up already, as TENGEN_URL does a product. */
async function start(): Promise<() => Promise<void>> {
  const given = process.env.TENGEN_E2E_CLUSTERS?.split(',')
  if (!given) await dropAbandoned()
  const names = given ?? ['test', 'production'].map((name) => `story-${process.pid}-${name}`)
  let stop: (() => Promise<void>) | undefined
  const end = async () => {
    await stop?.()
    if (!given) await Promise.allSettled(names.map(takeDown))
  }
  try {
    const clusters = await Promise.all(names.map((name) => bringUp(name)))
    process.env.TENGEN_STORY_CLUSTERS = JSON.stringify(clusters)
    stop = await startFor('127.0.0.1,10.200.0.0/16')
  } catch (error) {
    await end()
    throw error
  }
  return end
}

/** The clusters of this run, by what the story uses them for. */
export function storyClusters(): { test: TestKubernetes; production: TestKubernetes } {
  const [test, production] = JSON.parse(process.env.TENGEN_STORY_CLUSTERS ?? '[]') as TestKubernetes[]
  if (!test || !production) throw new Error('This run has no clusters.')
  return { test, production }
}

export default start
