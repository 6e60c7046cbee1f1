'use client'

import { useTranslations } from 'use-intl'
import { Exact } from '@/components/ui/ago'
import { Facts } from '@/components/ui/facts'
import { Section } from '@/components/ui/section'
import type { RouteRow } from '@/lib/routes/views'
import { TlsMark } from './route-words'

/** The certificate in force: for which names, by whom, until when. Its key is shown to nobody. */
export function CertificateSection({ tls }: Pick<RouteRow, 'tls'>) {
  const t = useTranslations()
  const { certificate } = tls
  return (
    <Section title="HTTPS" end={<TlsMark tls={tls} />}>
      {certificate ? (
        <Facts
          facts={[
            [
              t('routes.names'),
              <span key="names" className="mono">
                {certificate.names.join(', ')}
              </span>,
            ],
            [t('routes.issuedByLabel'), certificate.isSelfSigned ? t('routes.selfSigned') : certificate.issuer],
            [t('routes.validFrom'), <Exact key="from" at={certificate.from} date />],
            [t('routes.validTo'), <Exact key="to" at={certificate.to} date />],
            [
              t('routes.fingerprint'),
              <span key="print" className="mono">
                {certificate.fingerprint.slice(0, 32)}…
              </span>,
            ],
          ]}
        />
      ) : (
        <p className="t3">{t(`routes.tlsHelp.${tls.kind}`)}</p>
      )}
    </Section>
  )
}
