'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { Labels } from '@/components/machines/inventory-rail'
import { Ago, DateOnly, Exact } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { KeyValues } from '@/components/ui/facts'
import { RailSection } from '@/components/ui/section'
import type { ClusterView } from '@/lib/clusters/views'
import type { Act } from '@/lib/views'
import { KubeconfigFields } from './kubeconfig-fields'
import { labelsText, readLabels } from './labels-draft'
import { PlaceFields } from './place-fields'
import { useClusterFailure } from './use-cluster-failure'
import { type AccountChoice, type LookAtKubeconfig, useLook } from './use-look'

export type DescribeCluster = Act<{ clusterId: string; region: string; labels: Record<string, string> }>
export type ReplaceCredential = Act<{ clusterId: string; kubeconfig: string; context: string; account: AccountChoice }>

interface Props {
  cluster: ClusterView
  look: LookAtKubeconfig
  replace: ReplaceCredential
  describe: DescribeCluster
}

/** Address, credential, place: what is known of it beside its inside. */
export function ClusterRail({ cluster, look, replace, describe }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [open, setOpen] = useState<'credential' | 'place' | null>(null)
  const { credential, facts } = cluster
  const why = refusal(cluster.gates.describe)
  const button = (what: 'credential' | 'place') => (
    <Button size="sm" tone="ghost" why={why} onClick={() => setOpen(what)}>
      {t(what === 'place' ? 'clusters.describe' : 'clusters.replace')}
    </Button>
  )
  const classes = (list: typeof facts.storageClasses) =>
    list.length === 0
      ? t('clusters.noClasses')
      : list.map((one) => (
          <span key={one.name} className="block brk">
            <span className="mono">{one.name}</span> {one.isDefault ? <span className="tag">{t('clusters.isDefault')}</span> : null}{' '}
            <span className="t3 f12">{one.by}</span>
          </span>
        ))
  return (
    <aside className="rail">
      <RailSection title={t('clusters.cluster')} end={button('place')}>
        <KeyValues
          rows={[
            [t('clusters.heard'), cluster.heardAt ? <Ago key="h" at={cluster.heardAt} as="ago" /> : t('clusters.never')],
            [
              t('clusters.version'),
              <span key="v" className="mono">
                {cluster.version ?? '–'}
              </span>,
            ],
            [
              t('clusters.address'),
              <span key="a" className="mono brk">
                {cluster.server}
              </span>,
            ],
            cluster.region ? [t('clusters.region'), cluster.region] : null,
            Object.keys(cluster.labels).length > 0 ? [t('clusters.labels'), <Labels key="l" labels={cluster.labels} />] : null,
            [t('clusters.storageClasses'), <span key="s">{classes(facts.storageClasses)}</span>],
            [t('clusters.ingressClasses'), <span key="i">{classes(facts.ingressClasses)}</span>],
          ]}
        />
      </RailSection>
      <RailSection title={t('clusters.credential')} end={button('credential')}>
        <KeyValues
          rows={[
            [
              t('clusters.account'),
              <span key="w" className="mono brk">
                {cluster.account ?? '–'}
              </span>,
            ],
            [
              t('clusters.credential'),
              <span key="c">
                {t(`clusters.credentialKind.${credential.kind}`)}{' '}
                {credential.isRotated ? <span className="tag">{t('clusters.rotated')}</span> : null}
              </span>,
            ],
            [t('clusters.set'), <DateOnly key="s" at={credential.setAt} />],
            [t('clusters.ends'), credential.expiresAt ? <Exact key="e" at={credential.expiresAt} date /> : t('clusters.endsNot')],
          ]}
        />
      </RailSection>
      {open === 'place' ? <PlaceDialog cluster={cluster} save={describe} close={() => setOpen(null)} /> : null}
      {open === 'credential' ? <CredentialDialog cluster={cluster} look={look} replace={replace} close={() => setOpen(null)} /> : null}
    </aside>
  )
}

function PlaceDialog({ cluster, save, close }: { cluster: ClusterView; save: DescribeCluster; close: () => void }) {
  const t = useTranslations()
  const acting = useAct()
  const [draft, setDraft] = useState({ region: cluster.region ?? '', labels: labelsText(cluster.labels) })
  const labels = readLabels(draft.labels)
  return (
    <ActDialog
      title={t('clusters.describeTitle', { name: cluster.name })}
      verb={t('clusters.save')}
      why={labels ? undefined : t('clusters.labelsRule')}
      acting={acting}
      act={labels ? () => save({ clusterId: cluster.id, region: draft.region, labels }) : null}
      close={close}
    >
      <PlaceFields value={draft} onChange={setDraft} />
    </ActDialog>
  )
}

interface CredentialProps {
  cluster: ClusterView
  look: LookAtKubeconfig
  replace: ReplaceCredential
  close: () => void
}

function CredentialDialog({ cluster, look, replace, close }: CredentialProps) {
  const t = useTranslations()
  const failure = useClusterFailure()
  const acting = useAct()
  const looking = useLook(look)
  const { choice } = looking
  return (
    <ActDialog
      title={t('clusters.replaceTitle', { name: cluster.name })}
      verb={t('clusters.replaceIt')}
      wide
      why={choice ? undefined : t('clusters.lookFirst')}
      acting={acting}
      act={choice ? () => replace({ clusterId: cluster.id, ...choice }) : null}
      close={close}
      toldElsewhere={() => true}
    >
      <p className="t2 mb-3">{t('clusters.replaceHelp')}</p>
      <KubeconfigFields looking={looking} />
      {acting.error ? (
        <p className="err-line" role="alert">
          {failure(acting.error)}
        </p>
      ) : null}
    </ActDialog>
  )
}
