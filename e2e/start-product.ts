import { startProduct } from '@/lib/testing/product'

/** One product for all stories; a provider of one of them lies on this machine. Tests read its address and links from the environment; TENGEN_URL names one that runs already. */
async function start(): Promise<undefined | (() => Promise<void>)> {
  if (process.env.TENGEN_URL) return undefined
  const product = await startProduct({ env: { OUTGOING_ALLOW: '127.0.0.1' } })
  process.env.TENGEN_URL = product.url
  process.env.TENGEN_LINK = product.link
  process.env.TENGEN_E2E_HOME = product.home
  return () => product.stop()
}

export default start
