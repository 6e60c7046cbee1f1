import { existsSync, readFileSync } from 'node:fs'
import { expect } from './test'

interface Mail {
  to: string[]
  source: string
}

const mailsTo = (address: string): string[] => {
  const file = process.env.TENGEN_E2E_MAILS
  if (!file) throw new Error('No mail server of the stories runs: the product at TENGEN_URL sends its mails elsewhere.')
  const lines = existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : []
  return lines.map((line) => JSON.parse(line) as Mail).flatMap(({ to, source }) => (to.includes(address) ? [source] : []))
}

/** Long lines of a mail are folded. */
const unfolded = (source: string): string => source.replace(/=\r?\n/g, '').replaceAll('=3D', '=')

/** The first link of this kind in a mail to this address, once it has come. */
export async function linkInMail(address: string, kind: RegExp): Promise<string> {
  let found: string | undefined
  const look = () => {
    found = mailsTo(address)
      .flatMap((source) => unfolded(source).match(/https?:\/\/[^\s"<>]+/g) ?? [])
      .find((link) => kind.test(link))
    return found
  }
  await expect.poll(look, { message: `a mail to ${address} with ${kind}` }).toBeTruthy()
  return found ?? ''
}
