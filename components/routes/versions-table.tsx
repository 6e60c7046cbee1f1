'use client'

import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Table } from '@/components/ui/table'
import type { RouteVersion } from '@/lib/routes/views'
import { Leads, TlsMark } from './route-words'

interface Props {
  versions: RouteVersion[]
  onRollBack: (version: RouteVersion) => void
}

/** A version never changes; going back to one is a new plan. */
export function VersionsTable({ versions, onRollBack }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  return (
    <Table
      inset
      label={t('routes.versions')}
      rows={versions}
      keyOf={(version) => version.id}
      columns={[
        { key: 'number', head: t('services.version'), cell: (version) => <span className="mono b">r{version.number}</span> },
        { key: 'leads', head: t('routes.leads'), cell: (version) => <Leads rules={version.rules} /> },
        { key: 'tls', head: 'HTTPS', wide: true, cell: (version) => <TlsMark tls={version.tls} /> },
        { key: 'by', head: t('deploys.by'), wide: true, cell: (version) => version.createdBy.name },
        {
          key: 'made',
          head: t('services.made'),
          right: true,
          wide: true,
          cell: (version) => <Ago at={version.createdAt} className="t3 num" />,
        },
        {
          key: 'act',
          head: '',
          right: true,
          cell: (version) => {
            if (version.placedIn.length > 0) return <span className="tag">{version.placedIn.join(' · ')}</span>
            const why = refusal(version.rollBack)
            return (
              <button type="button" className="link" disabled={why !== undefined} title={why} onClick={() => onRollBack(version)}>
                {t('services.act.rollback')}
              </button>
            )
          },
        },
      ]}
    />
  )
}
