'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { DangerDialog, type Effect } from '@/components/ui/danger-dialog'
import { Dialog } from '@/components/ui/dialog'
import type { DeployView } from '@/lib/deploys/views'
import type { DeployActions, FollowUp } from './deploy-acts'
import { PlanChangeDialog } from './plan-change'
import { PlanDialog } from './plan-dialog'
import type { useDeployActions } from './use-deploy-page'

export type Asked = 'reject' | 'cancel' | 'give_up' | 'override' | FollowUp

interface Props {
  deploy: DeployView
  actions: DeployActions
  asked: Asked | null
  close: () => void
  run: ReturnType<typeof useDeployActions>
}

/** A decision that needs words: rejection and emergency. */
function ReasonDialog({
  kind,
  open,
  close,
  onSend,
  busy,
}: {
  kind: 'reject' | 'override'
  open: boolean
  close: () => void
  onSend: (reason: string) => Promise<unknown>
  busy: boolean
}) {
  const t = useTranslations()
  const [reason, setReason] = useState('')
  return (
    <Dialog
      open={open}
      onClose={close}
      title={t(`deploys.ask.${kind}.title`)}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button
            tone={kind === 'override' ? 'danger-solid' : 'primary'}
            busy={busy}
            why={reason.trim().length < (kind === 'override' ? 10 : 3) ? t('deploys.ask.sayWhy') : undefined}
            onClick={() => void onSend(reason.trim()).then(close)}
          >
            {t(`deploys.act.${kind}`)}
          </Button>
        </>
      }
    >
      <p className="t2">{t(`deploys.ask.${kind}.help`)}</p>
      <label className="typed">
        <span className="b">{t('plan.why')}</span>
        <textarea className="input" rows={3} maxLength={500} value={reason} onChange={(event) => setReason(event.target.value)} />
      </label>
    </Dialog>
  )
}

function useCancelEffects(deploy: DeployView): Effect[] {
  const t = useTranslations()
  const count = (states: string[]) => deploy.board.tasks.filter((task) => states.includes(task.state)).length
  if (!deploy.startedAt) return [{ text: t('deploys.ask.cancel.nothingRan') }]
  return [
    { text: t('deploys.ask.cancel.running', { count: count(['running', 'ready']) }) },
    { text: t('deploys.ask.cancel.pending', { count: count(['pending']) }) },
    { text: t('deploys.ask.cancel.stays', { count: count(['succeeded']) }) },
  ]
}

export function DeployDialogs({ deploy, actions, asked, close, run }: Props) {
  const t = useTranslations()
  const cancelEffects = useCancelEffects(deploy)
  const follow = asked === 'retry' || asked === 'roll_back' || asked === 'accept' || asked === 'cancel_and_roll_back' ? asked : null
  const release = deploy.rollBackTo ? `r${deploy.rollBackTo.number}` : ''
  return (
    <>
      <ReasonDialog kind="reject" open={asked === 'reject'} close={close} onSend={run.reject} busy={run.busy === 'reject'} />
      <ReasonDialog kind="override" open={asked === 'override'} close={close} onSend={run.override} busy={run.busy === 'override'} />
      <DangerDialog
        open={asked === 'cancel'}
        onClose={close}
        onConfirm={async () => {
          await run.simple('cancel')
          close()
        }}
        title={t('deploys.ask.cancel.title', { number: deploy.number })}
        effects={cancelEffects}
        verb={t('deploys.act.cancel')}
      />
      <DangerDialog
        open={asked === 'give_up'}
        onClose={close}
        onConfirm={async () => {
          await run.simple('giveUp')
          close()
        }}
        title={t('deploys.ask.giveUp.title')}
        effects={[
          { text: t('deploys.ask.giveUp.unknown') },
          { text: t('deploys.ask.giveUp.ledger') },
          { text: t('deploys.ask.giveUp.held') },
        ]}
        verb={t('deploys.act.give_up')}
      />
      <PlanDialog
        open={follow !== null}
        onClose={close}
        title={follow ? t(`deploys.ask.${follow}`, { release, number: deploy.number }) : ''}
        verb={follow ? t(`deploys.act.${follow}`, { release }) : ''}
        organizationSlug={deploy.organizationSlug}
        previewKey={`${follow} ${deploy.id}`}
        preview={() => actions.previewFollowUp({ recordId: deploy.id, follow: follow ?? 'retry' })}
        request={({ reason, expectedHash }) =>
          actions.requestFollowUp({ recordId: deploy.id, follow: follow ?? 'retry', reason, expectedHash })
        }
        nameToType={deploy.title.serviceName}
      />
      {run.refused ? <PlanChangeDialog change={run.refused} open onClose={run.dismissRefused} /> : null}
    </>
  )
}
