import { startProduct } from '@/lib/testing/product'

/** A product that may ask these private addresses. Tests read its address and links from the environment; TENGEN_URL names one that runs already. */
export async function startFor(outgoing: string): Promise<undefined | (() => Promise<void>)> {
  if (process.env.TENGEN_URL) return undefined
  const product = await startProduct({ env: { OUTGOING_ALLOW: outgoing } })
  process.env.TENGEN_URL = product.url
  process.env.TENGEN_LINK = product.link
  process.env.TENGEN_E2E_HOME = product.home
  return () => product.stop()
}

/** One product for all stories; a provider of one of them lies on this machine. */
const start = () => startFor('127.0.0.1')

export default start
