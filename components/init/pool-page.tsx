'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { LossNotice, type ResumePool } from '@/components/machines/loss-notice'
import { type EndRestore, RestoreNotice } from '@/components/machines/restore-notice'
import { useLeaveGuard } from '@/components/services/use-leave-guard'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Field } from '@/components/ui/field'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Switch } from '@/components/ui/switch'
import { Void } from '@/components/ui/void'
import type { InitPolicyInput, PoolView } from '@/lib/init/views'
import { paths } from '@/lib/paths'
import type { InitCheck } from '@/lib/protocol/init'
import type { Act } from '@/lib/views'
import { type LimitLoss, LossLimit } from './loss-limit'
import { PolicyDialog } from './policy-dialog'
import { PolicyList } from './policy-list'

export type OfferPool = Act<{ runtimeId: string; isOffered: boolean }>
export type SavePolicies = Act<{ runtimeId: string; revision: number; policies: InitPolicyInput[] }>

interface Props {
  pool: PoolView
  save: SavePolicies
  offer: OfferPool
  limitLoss: LimitLoss
  resume: ResumePool
  endRestore: EndRestore
}

/** What a pool asks of new machines: edited as a whole, then saved. */
function Policies({ pool, save }: Pick<Props, 'pool' | 'save'>) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const [policies, setPolicies] = useState<readonly InitPolicyInput[]>(pool.policies)
  const [editing, edit] = useState<number | 'new' | null>(null)
  const { busy, error, run } = useAct()
  const isChanged = JSON.stringify(policies) !== JSON.stringify(pool.policies)
  useLeaveGuard(isChanged)
  const done = (check: InitCheck) => {
    edit(null)
    setPolicies(
      editing === 'new' ? [...policies, { id: null, check }] : policies.map((one, at) => (at === editing ? { ...one, check } : one)),
    )
  }
  const send = async () => {
    const answer = await run(() => save({ runtimeId: pool.id, revision: pool.revision, policies: [...policies] }))
    if (answer.ok) router.refresh()
  }
  const current = typeof editing === 'number' ? policies[editing] : undefined
  return (
    <Section
      title={t('init.title')}
      hint={t('init.hint')}
      end={
        <Button size="sm" icon="plus" onClick={() => edit('new')}>
          {t('init.add')}
        </Button>
      }
    >
      {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      {policies.length > 0 ? (
        <PolicyList policies={policies} onChange={setPolicies} onEdit={edit} />
      ) : (
        <Void kind="none-yet" title={t('init.none')}>
          {t('init.noneHelp')}
        </Void>
      )}
      <div className="row mt-3">
        <Button tone="primary" why={isChanged ? undefined : t('init.unchanged')} busy={busy} onClick={() => void send()}>
          {t('init.save')}
        </Button>
        {isChanged ? <Button onClick={() => setPolicies(pool.policies)}>{t('config.discard')}</Button> : null}
      </div>
      {editing === null ? null : (
        <PolicyDialog
          key={String(editing)}
          packages={pool.packages}
          onDone={done}
          close={() => edit(null)}
          {...(current ? { check: current.check } : {})}
        />
      )}
    </Section>
  )
}

/** Whether organisations without a grant know of it. */
function Offered({ pool, offer }: { pool: PoolView; offer: OfferPool }) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const { error, run } = useAct()
  const change = async (isOffered: boolean) => {
    if ((await run(() => offer({ runtimeId: pool.id, isOffered }))).ok) router.refresh()
  }
  return (
    <Section title={t('nav.requests')}>
      <Field id="offered" label={t('quotas.offered')} help={t('quotas.offeredHelp')} error={error ? failure(error) : undefined}>
        <div className="row switch-row">
          <Switch id="offered" checked={pool.isOffered} onChange={(on) => void change(on)} describedBy="offered-help" />
          <span>{t(pool.isOffered ? 'config.on' : 'config.off')}</span>
        </div>
      </Field>
    </Section>
  )
}

/** That automation rests, and as whom units run here where it is not an account for each application. */
function PoolNotices({ pool, resume, endRestore }: Pick<Props, 'pool' | 'resume' | 'endRestore'>) {
  const t = useTranslations()
  const { machines, sharedAccounts, refusesUnits } = pool
  return (
    <div className="stack mb-4 empty:hidden">
      <RestoreNotice runtime={pool} since={pool.restoredAt} end={endRestore} />
      <LossNotice pool={pool} loss={pool.loss} resume={resume} />
      {refusesUnits > 0 ? (
        <Notice tone="red" title={t('runAs.refusedOfPool', { machines, refused: refusesUnits })}>
          {t('runAs.refusedHelp')}
        </Notice>
      ) : null}
      {sharedAccounts > 0 ? (
        <Notice tone="none" shape="warn" title={t('runAs.ofPool', { machines, shared: sharedAccounts })}>
          {t('runAs.sharedHelp')}
        </Notice>
      ) : null}
    </div>
  )
}

export function PoolPage(props: Props) {
  const t = useTranslations()
  const { pool } = props
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.machines'), href: paths.platformMachines }, { label: pool.name }]}>
      <LivePage topic="platform" />
      <PageHead
        title={pool.name}
        marks={<EnvironmentTag environment={pool.environment} />}
        sub={
          <>
            {t('init.poolOf')}{' '}
            <Link className="u" href={`${paths.platformMachines}?pool=${encodeURIComponent(pool.name)}`}>
              {t('machines.count', { count: pool.machines })}
            </Link>
            ,{' '}
            <Link className="u" href={paths.platformAgents}>
              {t('nav.agents')}
            </Link>
          </>
        }
      />
      <PoolNotices pool={pool} resume={props.resume} endRestore={props.endRestore} />
      {/* What was saved by somebody else is another list. */}
      <Policies key={pool.revision} pool={pool} save={props.save} />
      <LossLimit key={`limit ${pool.lossPercent}`} pool={pool} save={props.limitLoss} />
      <Offered pool={pool} offer={props.offer} />
    </Page>
  )
}
