'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { amountsDraftOf, readAmounts } from '@/components/quotas/amounts-draft'
import { AmountsFields } from '@/components/quotas/amounts-fields'
import { useAmountWords } from '@/components/quotas/use-amount-words'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Field } from '@/components/ui/field'
import { Section } from '@/components/ui/section'
import { Switch } from '@/components/ui/switch'
import { Table } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import type { ClusterGrant, ClusterView } from '@/lib/clusters/views'
import type { Amounts } from '@/lib/quotas/amount-views'
import type { Act } from '@/lib/views'
import { OrganizationPicker } from './organization-picker'
import { useClusterFailure } from './use-cluster-failure'

export type GrantCluster = Act<{ runtimeId: string; organizationId: string; amounts: Amounts | null }>
export type OfferCluster = Act<{ runtimeId: string; isOffered: boolean }>

interface Props {
  cluster: ClusterView
  grant: GrantCluster
  offer: OfferCluster
}

type Open = { what: 'change'; grant: ClusterGrant | null } | { what: 'end'; grant: ClusterGrant }

/** Which organisation may use it, and how much of it. */
export function ClusterGrants({ cluster, grant, offer }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const refusal = useRefusal()
  const failure = useClusterFailure()
  const words = useAmountWords()
  const [open, setOpen] = useState<Open | null>(null)
  const ending = useAct()
  const offering = useAct()
  const why = refusal(cluster.gates.describe)
  const close = () => {
    setOpen(null)
    ending.setError(null)
  }
  const end = async () => {
    if (open?.what !== 'end') return
    const organizationId = open.grant.organization.id
    if (!(await ending.run(() => grant({ runtimeId: cluster.runtimeId, organizationId, amounts: null }))).ok) return
    close()
    router.refresh()
  }
  const change = async (isOffered: boolean) => {
    if ((await offering.run(() => offer({ runtimeId: cluster.runtimeId, isOffered }))).ok) router.refresh()
  }
  return (
    <Section
      title={t('clusters.grants')}
      hint={t('clusters.grantsHint')}
      end={
        <Button size="sm" icon="plus" why={why} onClick={() => setOpen({ what: 'change', grant: null })}>
          {t('clusters.grantIt')}
        </Button>
      }
    >
      {cluster.grants.length === 0 ? (
        <Void kind="none-yet" title={t('clusters.noGrants')}>
          {t('clusters.noGrantsHelp')}
        </Void>
      ) : (
        <Table
          inset
          label={t('clusters.grants')}
          rows={cluster.grants}
          findBy={(one) => `${one.organization.name} ${one.organization.slug}`}
          keyOf={(one) => one.organization.id}
          nameOf={(one) => one.organization.name}
          columns={[
            { key: 'who', head: t('clusters.grantOrganization'), className: 'name', cell: (one) => one.organization.name },
            {
              key: 'what',
              head: t('quotas.has'),
              className: 'whitespace-normal',
              cell: (one) => <span className="t2">{words.list(one.amounts)}</span>,
            },
          ]}
          menuOf={(one) => [
            [
              {
                key: 'change',
                label: t('clusters.grantChange'),
                icon: 'resize' as const,
                why,
                onSelect: () => setOpen({ what: 'change', grant: one }),
              },
              {
                key: 'end',
                label: t('clusters.grantEnd'),
                icon: 'undo' as const,
                why,
                onSelect: () => setOpen({ what: 'end', grant: one }),
              },
            ],
          ]}
        />
      )}
      <Field
        id="cluster-offered"
        label={t('quotas.offered')}
        help={t('quotas.offeredHelp')}
        error={offering.error ? failure(offering.error) : undefined}
      >
        <div className="row switch-row">
          <Switch id="cluster-offered" checked={cluster.isOffered} onChange={(on) => void change(on)} describedBy="cluster-offered-help" />
          <span>{t(cluster.isOffered ? 'config.on' : 'config.off')}</span>
        </div>
      </Field>
      {open?.what === 'change' ? <GrantDialog cluster={cluster} current={open.grant} grant={grant} close={close} /> : null}
      <DangerDialog
        open={open?.what === 'end'}
        onClose={close}
        onConfirm={end}
        title={t('clusters.grantEndTitle', { name: cluster.name, organization: open?.grant?.organization.name ?? '' })}
        effects={[{ text: t('clusters.grantEndEffect') }]}
        verb={t('clusters.grantEnd')}
        error={ending.error ? failure(ending.error) : undefined}
      />
    </Section>
  )
}

interface DialogProps {
  cluster: ClusterView
  current: ClusterGrant | null
  grant: GrantCluster
  close: () => void
}

function GrantDialog({ cluster, current, grant, close }: DialogProps) {
  const t = useTranslations()
  const acting = useAct()
  const [organizationId, setOrganization] = useState(current?.organization.id ?? null)
  const [draft, setDraft] = useState(() => amountsDraftOf(current?.amounts ?? null))
  const { amounts } = readAmounts(draft)
  const why = organizationId === null ? t('clusters.grantChoose') : amounts ? undefined : t('config.fixFirst')
  const send = organizationId && amounts ? () => grant({ runtimeId: cluster.runtimeId, organizationId, amounts }) : null
  return (
    <ActDialog
      title={t('clusters.grantTitle', { name: cluster.name })}
      verb={t(current ? 'clusters.save' : 'clusters.grantIt')}
      wide
      why={why}
      acting={acting}
      act={send}
      close={close}
    >
      <Field id="grant-organization" label={t('clusters.grantOrganization')}>
        {current ? (
          <p id="grant-organization">{current.organization.name}</p>
        ) : (
          <OrganizationPicker id="grant-organization" value={organizationId} onChange={setOrganization} />
        )}
      </Field>
      <AmountsFields value={draft} onChange={setDraft} />
    </ActDialog>
  )
}
