'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { RefusalHelp } from '@/components/frame/refusal-help'
import { useAct } from '@/components/frame/use-act'
import { useLeaveGuard } from '@/components/services/use-leave-guard'
import { Button } from '@/components/ui/button'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { ClusterNameSchema } from '@/lib/clusters/views'
import { paths } from '@/lib/paths'
import type { Act, Environment } from '@/lib/views'
import { KubeconfigFields } from './kubeconfig-fields'
import { readLabels } from './labels-draft'
import { Manifest } from './manifest'
import { type PlaceDraft, PlaceFields } from './place-fields'
import { useClusterFailure } from './use-cluster-failure'
import { type AccountChoice, type LookAtKubeconfig, useLook } from './use-look'

interface NewCluster {
  kubeconfig: string
  context: string
  account: AccountChoice
  name: string
  environment: Environment
  region: string
  labels: Record<string, string>
  isOffered: boolean
}
export type AddCluster = Act<NewCluster, { name: string }>

interface Draft extends PlaceDraft {
  readonly name: string
  readonly environment: Environment
  readonly isOffered: boolean
}

interface FieldsProps {
  draft: Draft
  change: (part: Partial<Draft>) => void
  nameError: string | undefined
}

function DetailFields({ draft, change, nameError }: FieldsProps) {
  const t = useTranslations()
  return (
    <>
      <Field id="cluster-name" label={t('clusters.name')} help={t('clusters.nameHelp')} error={nameError}>
        <Input
          id="cluster-name"
          spellCheck={false}
          bad={nameError !== undefined}
          aria-describedby={describedBy('cluster-name', nameError, true)}
          value={draft.name}
          onChange={(event) => change({ name: event.target.value })}
        />
      </Field>
      <Field id="cluster-environment" label={t('environment.label')} help={t('clusters.environmentHelp')}>
        <Select
          id="cluster-environment"
          value={draft.environment}
          onChange={(next) => change({ environment: next as Environment })}
          options={(['test', 'production'] as const).map((one) => ({ value: one, label: t(`environment.${one}`) }))}
        />
      </Field>
      <PlaceFields value={draft} onChange={change} />
      <Field id="cluster-offered" label={t('quotas.offered')} help={t('quotas.offeredHelp')}>
        <div className="row switch-row">
          <Switch
            id="cluster-offered"
            checked={draft.isOffered}
            onChange={(isOffered) => change({ isOffered })}
            describedBy="cluster-offered-help"
          />
          <span>{t(draft.isOffered ? 'config.on' : 'config.off')}</span>
        </div>
      </Field>
    </>
  )
}

/** First it is looked at, then it is named; a refusal keeps all that was typed. */
export function AddClusterPage({ manifest, look, add }: { manifest: string; look: LookAtKubeconfig; add: AddCluster }) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useClusterFailure()
  const looking = useLook(look)
  const acting = useAct()
  const [draft, setDraft] = useState<Draft>({ name: '', environment: 'test', region: '', labels: '', isOffered: true })
  const [isDone, setDone] = useState(false)
  useLeaveGuard(looking.text !== '' && !isDone)
  const isNamed = ClusterNameSchema.safeParse(draft.name).success
  const labels = readLabels(draft.labels)
  const isTaken = acting.error?.code === 'name_taken'
  const nameError = draft.name !== '' && !isNamed ? t('clusters.nameRule') : isTaken ? t('clusters.nameTaken') : undefined
  const known = looking.found?.cluster?.known
  const why = !looking.choice
    ? t('clusters.lookFirst')
    : known
      ? t('clusters.knownAs', { name: known })
      : !isNamed
        ? t('clusters.nameRule')
        : labels
          ? undefined
          : t('clusters.labelsRule')
  const send = async () => {
    const { choice } = looking
    if (!choice || !labels) return
    const answer = await acting.run(() => add({ ...choice, ...draft, labels }))
    if (!answer.ok) return
    setDone(true)
    router.push(paths.cluster(draft.name))
  }
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.clusters'), href: paths.platformClusters }, { label: t('clusters.add') }]}>
      <PageHead title={t('clusters.add')} sub={t('clusters.addSub')} />
      <Section first title={t('clusters.cluster')}>
        <KubeconfigFields looking={looking} />
        <Manifest text={manifest} />
      </Section>
      <Section title={t('clusters.details')}>
        {acting.error && !isTaken ? (
          <Notice tone="red" role="alert" title={failure(acting.error)}>
            <RefusalHelp error={acting.error} />
          </Notice>
        ) : null}
        <DetailFields
          draft={draft}
          change={(part) => {
            if (part.name !== undefined) acting.setError(null)
            setDraft((before) => ({ ...before, ...part }))
          }}
          nameError={nameError}
        />
      </Section>
      <div className="row mt-4">
        <Button tone="primary" icon="plus" why={why} busy={acting.busy} onClick={() => void send()}>
          {t('clusters.addIt')}
        </Button>
      </div>
    </Page>
  )
}
