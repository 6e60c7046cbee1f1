'use client'

import { useTranslations } from 'use-intl'
import { Table } from '@/components/ui/table'
import type { Missing } from '@/lib/clusters/views'

/** What an account in a cluster lacks, and what it is needed for. */
export function LacksTable({ lacks }: { lacks: readonly Missing[] }) {
  const t = useTranslations()
  return (
    <Table
      inset
      label={t('clusters.lacks')}
      rows={[...lacks]}
      keyOf={(one) => `${one.group}/${one.resource}/${one.name ?? ''}/${one.verbs.join()}`}
      columns={[
        {
          key: 'what',
          head: t('clusters.lacks'),
          className: 'name',
          cell: (one) => (
            <span className="mono brk">
              {one.resource}
              {one.group ? `.${one.group}` : ''}
              {one.name ? ` (${one.name})` : ''}
            </span>
          ),
        },
        { key: 'verbs', head: t('clusters.lacksVerbs'), cell: (one) => <span className="mono brk">{one.verbs.join(', ')}</span> },
        {
          key: 'why',
          head: t('plan.why'),
          wide: true,
          className: 'whitespace-normal',
          cell: (one) => (
            <span className="t2">
              {t(`clusters.need.${one.why}`)}
              {one.isOptional ? `; ${t('clusters.optional')}` : ''}
            </span>
          ),
        },
      ]}
    />
  )
}
