import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import { isWildcard } from './host'

export type CertificateFault =
  | 'certificate_unreadable'
  | 'key_unreadable'
  | 'key_encrypted'
  | 'key_other'
  | 'key_weak'
  | 'chain_broken'
  | 'names_other'
  | 'expired'
  | 'not_yet'
  | 'is_authority'

/** Why a certificate cannot be served, and what would do instead. */
export interface Fault {
  readonly field: 'chain' | 'key'
  readonly code: CertificateFault
  readonly message: string
  readonly values: Readonly<Record<string, string>>
}

export interface CertificateFacts {
  readonly fingerprint: string
  readonly names: string[]
  readonly subject: string
  readonly issuer: string
  readonly from: Date
  readonly to: Date
  /** Made by nobody else: browsers do not trust it by themselves. */
  readonly isSelfSigned: boolean
  readonly length: number
}

const blocks = /-----BEGIN CERTIFICATE-----[\s\S]+?-----END CERTIFICATE-----/g
const mostInChain = 10

/** The certificates of a PEM text, its own first; undefined = there is none, or one cannot be read. */
export function readChain(text: string): X509Certificate[] | undefined {
  const found = text.match(blocks) ?? []
  if (found.length === 0 || found.length > mostInChain) return undefined
  try {
    return found.map((one) => new X509Certificate(one))
  } catch {
    return undefined
  }
}

const nameOf = (subject: string): string => /(?:^|\n)CN=(.*)/.exec(subject)?.[1] ?? subject.replaceAll('\n', ', ')
const namesIn = ({ subjectAltName = '' }: X509Certificate): string[] =>
  [...subjectAltName.matchAll(/DNS:([^,\s]+)/g)].map((one) => one[1] ?? '')

export function factsOf([own, ...others]: readonly X509Certificate[]): CertificateFacts | undefined {
  if (!own) return undefined
  return {
    fingerprint: own.fingerprint256.replaceAll(':', '').toLowerCase(),
    names: namesIn(own),
    subject: nameOf(own.subject),
    issuer: nameOf(own.issuer),
    from: new Date(own.validFrom),
    to: new Date(own.validTo),
    isSelfSigned: own.checkIssued(own) && own.verify(own.publicKey),
    length: 1 + others.length,
  }
}

/** A certificate for `*.example.org` serves each name directly below it, and the route `*.example.org`. */
export const serves = (own: X509Certificate, host: string): boolean =>
  isWildcard(host) ? namesIn(own).some((name) => name.toLowerCase() === host) : own.checkHost(host, { subject: 'never' }) !== undefined

/** Pure: what keeps this certificate and key from being served for this host. Undefined = nothing does. */
export function whyNotServed({ chain, key, host, now }: { chain: string; key: string; host: string; now: Date }): Fault | undefined {
  const certificates = readChain(chain)
  const [own] = certificates ?? []
  if (!certificates || !own) return fault('chain', 'certificate_unreadable', 'is no PEM of a certificate and those that signed it')
  return whyNotChain(certificates, own) ?? whyNotTime(own, now) ?? whyNotNames(own, host) ?? whyNotKey(own, key)
}

const fault = (field: Fault['field'], code: CertificateFault, message: string, values: Fault['values'] = {}): Fault => ({
  field,
  code,
  message,
  values,
})

function whyNotChain(certificates: readonly X509Certificate[], own: X509Certificate): Fault | undefined {
  if (own.ca && certificates.length > 1)
    return fault('chain', 'is_authority', 'begins with a certificate of an authority: put the server’s own first')
  for (const [at, certificate] of certificates.entries()) {
    const signer = certificates[at + 1]
    if (!signer) break
    if (certificate.checkIssued(signer) && certificate.verify(signer.publicKey)) continue
    const values = { certificate: nameOf(certificate.subject), next: nameOf(signer.subject) }
    return fault('chain', 'chain_broken', `${values.certificate} was not signed by ${values.next}, which follows it`, values)
  }
  return undefined
}

function whyNotTime(own: X509Certificate, now: Date): Fault | undefined {
  const [from, to] = [new Date(own.validFrom), new Date(own.validTo)]
  if (to <= now) return fault('chain', 'expired', `expired at ${to.toISOString()}`, { time: to.toISOString() })
  return from > now ? fault('chain', 'not_yet', `is valid only from ${from.toISOString()}`, { time: from.toISOString() }) : undefined
}

function whyNotNames(own: X509Certificate, host: string): Fault | undefined {
  if (serves(own, host)) return undefined
  const names = namesIn(own).join(', ') || '–'
  return fault('chain', 'names_other', `is for ${names}, not for ${host}`, { names, host })
}

const leastBits = 2048

function whyNotKey(own: X509Certificate, text: string): Fault | undefined {
  if (/ENCRYPTED/.test(text)) return fault('key', 'key_encrypted', 'is locked with a passphrase: give it without one')
  let key: KeyObject
  try {
    key = createPrivateKey(text)
  } catch {
    return fault('key', 'key_unreadable', 'is no PEM of a private key')
  }
  if (!own.checkPrivateKey(key)) return fault('key', 'key_other', 'is not the key of this certificate')
  const bits = key.asymmetricKeyType === 'rsa' ? (key.asymmetricKeyDetails?.modulusLength ?? 0) : leastBits
  return bits < leastBits ? fault('key', 'key_weak', `has ${bits} bits; browsers ask for ${leastBits}`, { bits: String(bits) }) : undefined
}
