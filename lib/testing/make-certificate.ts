import { execFileSync } from 'node:child_process'
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'

export interface MadeCertificate {
  /** Its own first, then who signed it. */
  readonly chain: string
  readonly key: string
}

interface Wish {
  readonly names: readonly string[]
  readonly days?: number
  /** Missing: it signs itself. */
  readonly signer?: MadeCertificate
  readonly isAuthority?: boolean
  readonly bits?: number
}

/** A certificate for tests, made by openssl. */
export function makeCertificate({ names, days = 90, signer, isAuthority = false, bits }: Wish): MadeCertificate {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-certificate-'))
  const at = (name: string) => path.join(folder, name)
  try {
    if (signer)
      for (const [name, text] of [
        ['signer.crt', signer.chain],
        ['signer.key', signer.key],
      ] as const)
        writeFileSync(at(name), text)
    const made = bits ? ['-newkey', `rsa:${bits}`] : ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1']
    const files = ['-nodes', '-keyout', at('key'), '-out', at('crt')]
    const extensions = [
      ...(names.length > 0 ? ['-addext', `subjectAltName=${names.map((name) => `DNS:${name}`).join(',')}`] : []),
      ...['-addext', `basicConstraints=critical,CA:${isAuthority ? 'TRUE' : 'FALSE'}`],
    ]
    const by = signer ? ['-CA', at('signer.crt'), '-CAkey', at('signer.key')] : []
    const subject = ['-subj', `/CN=${names[0] ?? 'Test authority'}`, '-days', String(days)]
    execFileSync('openssl', ['req', '-x509', ...made, ...files, ...subject, ...extensions, ...by], { stdio: 'pipe' })
    const own = readFileSync(at('crt'), 'utf8')
    return { chain: own + (signer?.chain ?? ''), key: readFileSync(at('key'), 'utf8') }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}
