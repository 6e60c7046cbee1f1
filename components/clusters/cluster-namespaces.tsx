'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal, useSentence } from '@/components/frame/use-refusal'
import { useSilence } from '@/components/machines/freshness'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { ClusterView, NamespaceView } from '@/lib/clusters/views'
import type { Act } from '@/lib/views'
import { applicationColumn } from './application-column'
import { Seen } from './cluster-status'

export type AdoptNamespace = Act<{ clusterId: string; applicationId: string }>

function StateCell({ one, isSilent }: { one: NamespaceView; isSilent: boolean }) {
  const t = useTranslations()
  const sentence = useSentence()
  return (
    <span className="row">
      <Seen noun="namespace" state={one.state} isSilent={isSilent} />
      {one.isUnused ? <span className="tag">{t('clusters.unused')}</span> : null}
      {one.reason ? <span className="t2 brk">{sentence(one.reason)}</span> : null}
      {one.adoptedBy ? <span className="t3 f12">{t('clusters.adopted', { name: one.adoptedBy.name })}</span> : null}
    </span>
  )
}

/** An application's namespace for each that may be here; one that was there before waits for a person. */
export function ClusterNamespaces({ cluster, adopt }: { cluster: ClusterView; adopt: AdoptNamespace }) {
  const t = useTranslations()
  const router = useRouter()
  const refusal = useRefusal()
  const isSilent = useSilence(cluster.heardAt) > 0
  const failure = useFailure()
  const [chosen, choose] = useState<NamespaceView | null>(null)
  const { error, setError, run } = useAct()
  const confirm = async () => {
    if (!chosen || !(await run(() => adopt({ clusterId: cluster.id, applicationId: chosen.applicationId }))).ok) return
    choose(null)
    router.refresh()
  }
  return (
    <Section title={t('clusters.namespaces')} hint={cluster.namespaceList.length || null}>
      {cluster.namespaceList.length === 0 ? (
        <p className="t3">{t('clusters.noNamespacesHelp')}</p>
      ) : (
        <Table
          inset
          label={t('clusters.namespaces')}
          rows={cluster.namespaceList}
          findBy={(one) => `${one.name} ${one.organization.name} ${one.application.name}`}
          keyOf={(one) => one.applicationId}
          columns={[
            { key: 'name', head: t('clusters.namespace'), className: 'name', cell: (one) => <span className="mono">{one.name}</span> },
            {
              key: 'state',
              head: t('services.state'),
              className: 'whitespace-normal',
              cell: (one) => <StateCell one={one} isSilent={isSilent} />,
            },
            applicationColumn(t('clusters.application')),
            {
              key: 'since',
              head: t('services.since'),
              right: true,
              wide: true,
              cell: (one) => <Ago at={one.stateSince} className="t3 num" />,
            },
            {
              key: 'adopt',
              head: '',
              right: true,
              cell: (one) =>
                one.state === 'foreign' ? (
                  <Button size="sm" why={refusal(one.adopt)} onClick={() => choose(one)}>
                    {t('clusters.adopt')}
                  </Button>
                ) : null,
            },
          ]}
        />
      )}
      <DangerDialog
        open={chosen !== null}
        onClose={() => {
          choose(null)
          setError(null)
        }}
        onConfirm={confirm}
        title={t('clusters.adoptTitle', { name: chosen?.name ?? '' })}
        effects={[{ text: t('clusters.adoptEffect') }, { text: t('clusters.adoptKeeps') }]}
        verb={t('clusters.adopt')}
        solid={false}
        error={error ? failure(error) : undefined}
      />
    </Section>
  )
}
