'use client'

import { useTranslations } from 'use-intl'
import { Ago } from '@/components/ui/ago'
import { Table } from '@/components/ui/table'
import type { RoutePlace } from '@/lib/routes/views'
import { RouteStatus } from './route-words'

/** In each cluster: where it is reached, and what came of asking. */
export function PlacesTable({ places }: { places: RoutePlace[] }) {
  const t = useTranslations()
  return (
    <Table
      inset
      label={t('routes.clusters')}
      rows={places}
      keyOf={(place) => place.placementId}
      columns={[
        { key: 'cluster', head: t('routes.cluster'), cell: (place) => <span className="b">{place.cluster}</span> },
        { key: 'state', head: t('services.state'), cell: (place) => <RouteStatus route={place} /> },
        {
          key: 'address',
          head: t('routes.address'),
          cell: (place) => <span className="mono t2">{place.addresses.join(', ') || '–'}</span>,
        },
        {
          key: 'answer',
          head: t('routes.answer'),
          wide: true,
          cell: (place) =>
            place.status === null ? (
              '–'
            ) : (
              <span className="t2 num">{t('routes.answered', { status: place.status, ms: place.tookMs ?? 0 })}</span>
            ),
        },
        {
          key: 'version',
          head: t('services.version'),
          wide: true,
          cell: (place) => <span className="mono t2">{place.version === null ? '–' : `r${place.version}`}</span>,
        },
        {
          key: 'asked',
          head: t('routes.asked'),
          right: true,
          cell: (place) => (place.checkedAt ? <Ago at={place.checkedAt} className="t3 num" /> : '–'),
        },
      ]}
    />
  )
}
