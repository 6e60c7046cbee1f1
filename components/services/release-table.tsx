'use client'

import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Table } from '@/components/ui/table'
import type { ReleaseView } from '@/lib/services/views'

interface Props {
  releases: ReleaseView[]
  onRollBack: (release: ReleaseView) => void
}

/** A release never changes; going back to one is a new plan. */
export function ReleaseTable({ releases, onRollBack }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  return (
    <Table
      inset
      label={t('services.releases')}
      rows={releases}
      keyOf={(release) => release.id}
      columns={[
        { key: 'release', head: t('services.release'), cell: (release) => <span className="mono b">r{release.number}</span> },
        { key: 'package', head: t('services.package'), cell: (release) => <span className="mono t2">{release.version}</span> },
        { key: 'by', head: t('deploys.by'), cell: (release) => release.createdBy.name, wide: true },
        { key: 'made', head: t('services.made'), right: true, cell: (release) => <Ago at={release.createdAt} className="t3 num" /> },
        {
          key: 'act',
          head: '',
          right: true,
          cell: (release) => {
            if (release.placedIn.length > 0)
              return <span className="tag">{release.placedIn.map((place) => `${place.subset}, ${place.runtimeName}`).join(' · ')}</span>
            const why = refusal(release.rollBack)
            return (
              <button type="button" className="link" disabled={why !== undefined} title={why} onClick={() => onRollBack(release)}>
                {t('services.act.rollback')}
              </button>
            )
          },
        },
      ]}
    />
  )
}
