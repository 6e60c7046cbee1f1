'use client'

import Link from 'next/link'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Table } from '@/components/ui/table'
import { paths } from '@/lib/paths'
import type { RelationEdge } from '@/lib/relations/views'
import { nameWithHome } from './name-with-home'

interface Props {
  edges: RelationEdge[]
  organizationSlug: string
  applicationSlug: string
  label: string
  /** On a service's own page one side is known. */
  without?: 'consumer' | 'provider'
  acts?: (edge: RelationEdge) => ReactNode
}

/** Every edge with its state in words. */
export function RelationTable({ edges, organizationSlug: org, applicationSlug: app, label, without, acts }: Props) {
  const t = useTranslations()
  const end = (edge: RelationEdge, side: 'consumer' | 'provider') => {
    const { application, name, units } = edge[side]
    if (application?.slug !== app) return <span>{nameWithHome(edge[side])}</span>
    return (
      <>
        <Link href={paths.service(org, app, name, edge.environment)}>{name}</Link> <span className="t3 num">{units}</span>
      </>
    )
  }
  const sides = (['consumer', 'provider'] as const).filter((side) => side !== without)
  return (
    <Table
      inset
      label={label}
      rows={edges}
      keyOf={(edge) => edge.id}
      columns={[
        ...sides.map((side) => ({
          key: side,
          head: t(`relations.${side}`),
          className: 'name',
          cell: (edge: RelationEdge) => end(edge, side),
        })),
        {
          key: 'interface',
          head: t('relations.interface'),
          cell: (edge: RelationEdge) => (
            <>
              <span className="mono">{edge.interface}</span> <span className="t3">{t(`relations.granularity.${edge.granularity}`)}</span>
            </>
          ),
          wide: true,
        },
        { key: 'state', head: t('relations.state'), cell: (edge: RelationEdge) => <Status noun="edge" state={edge.state} /> },
        {
          key: 'record',
          head: t('relations.told'),
          right: true,
          cell: (edge: RelationEdge) =>
            edge.record ? (
              <span className="nowrap">
                <Link className="u mono" href={paths.deploy(org, edge.record.number)}>
                  #{edge.record.number}
                </Link>{' '}
                <Ago at={edge.record.at} className="t3 num" />
              </span>
            ) : (
              <span className="t3">{t('relations.withDeploy')}</span>
            ),
        },
        ...(acts ? [{ key: 'acts', head: '', right: true, cell: acts }] : []),
      ]}
    />
  )
}
