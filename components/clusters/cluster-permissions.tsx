'use client'

import { useTranslations } from 'use-intl'
import { Ago } from '@/components/ui/ago'
import { Section } from '@/components/ui/section'
import type { ClusterView } from '@/lib/clusters/views'
import { LacksTable } from './lacks-table'
import { Manifest } from './manifest'

/** What the hub may do there, and the manifest that lets it. */
export function ClusterPermissions({ cluster }: { cluster: ClusterView }) {
  const t = useTranslations()
  return (
    <Section
      title={t('clusters.permissions')}
      hint={t('clusters.permissionsHint')}
      end={
        cluster.checkedAt ? (
          <span className="t3 f12">
            {t('clusters.checked')} <Ago at={cluster.checkedAt} />
          </span>
        ) : null
      }
    >
      {cluster.lacks.length === 0 ? <p className="t2">{t('clusters.allThere')}</p> : <LacksTable lacks={cluster.lacks} />}
      <Manifest text={cluster.manifest} />
    </Section>
  )
}
