import { appendFileSync, mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { startProduct } from '@/lib/testing/product'
import { startSmtp } from '@/lib/testing/smtp-server.mjs'

/** A product that may ask these private addresses, and a mail server of its own. Tests read address, links and mails from the environment; TENGEN_URL names one that runs already. */
export async function startFor(outgoing: string): Promise<undefined | (() => Promise<void>)> {
  if (process.env.TENGEN_URL) return undefined
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-mails-'))
  const file = path.join(folder, 'mails.jsonl')
  const smtp = await startSmtp((mail: object) => appendFileSync(file, `${JSON.stringify(mail)}\n`))
  const product = await startProduct({ env: { OUTGOING_ALLOW: outgoing, SMTP_URL: smtp.url } })
  process.env.TENGEN_URL = product.url
  process.env.TENGEN_LINK = product.link
  process.env.TENGEN_E2E_HOME = product.home
  process.env.TENGEN_E2E_MAILS = file
  return async () => {
    await product.stop()
    await smtp.stop()
    rmSync(folder, { recursive: true, force: true })
  }
}

/** One product for all stories; a provider of one of them lies on this machine. */
const start = () => startFor('127.0.0.1')

export default start
