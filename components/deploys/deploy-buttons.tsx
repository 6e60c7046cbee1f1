'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActBar } from '@/components/frame/page-head'
import { useKeys } from '@/components/frame/use-keys'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button, ButtonLink } from '@/components/ui/button'
import { HashMark } from '@/components/ui/hash-mark'
import { Menu, type MenuItem } from '@/components/ui/menu'
import type { DeployAct, DeployView } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'
import type { DeployActions } from './deploy-acts'
import { type Asked, DeployDialogs } from './deploy-dialogs'
import { isEnded } from './deploy-words'
import { useDeployActions } from './use-deploy-page'

interface Props {
  deploy: DeployView
  actions: DeployActions
}

type Run = ReturnType<typeof useDeployActions>

/** At most one ink button: what the reader most likely came to do. */
function primaryOf(deploy: DeployView): DeployAct | null {
  if (deploy.state === 'awaiting_approval') return 'approve'
  if (deploy.state === 'paused') return 'resume'
  if (deploy.state === 'failed' && deploy.gates.roll_back.allowed) return 'roll_back'
  if (deploy.state === 'failed' || deploy.state === 'cancelled') return 'retry'
  return null
}

function useMore(deploy: DeployView, ask: (asked: Asked) => void, run: Run, shown: readonly (DeployAct | null)[]): MenuItem[][] {
  const t = useTranslations()
  const refusal = useRefusal()
  const item = (act: DeployAct, icon: MenuItem['icon'], onSelect: () => void, danger = false): MenuItem => ({
    key: act,
    label: t(`deploys.act.${act}`, { release: deploy.rollBackTo ? `r${deploy.rollBackTo.number}` : '' }),
    ...(icon ? { icon } : {}),
    danger,
    why: refusal(deploy.gates[act]),
    onSelect,
  })
  const ended = isEnded(deploy)
  const all = [
    ...(ended
      ? [
          item('retry', 'restart', () => ask('retry')),
          item('roll_back', 'undo', () => ask('roll_back')),
          item('accept', 'check', () => ask('accept')),
        ]
      : [
          item('pause', 'pause', () => void run.simple('pause')),
          item('cancel_and_roll_back', 'undo', () => ask('cancel_and_roll_back')),
          item('withdraw', 'undo', () => void run.simple('withdraw')),
          item('override', 'platform', () => ask('override'), true),
          item('give_up', 'close', () => ask('give_up'), true),
        ]),
  ]
  // What can never apply to this state is left out; what is only not allowed says why.
  return [all.filter((one) => !shown.includes(one.key as DeployAct) && deploy.gates[one.key as DeployAct].code !== 'wrong_state')]
}

function Primary({ act, deploy, run, ask }: { act: DeployAct; deploy: DeployView; run: Run; ask: (asked: Asked) => void }) {
  const t = useTranslations()
  const why = useRefusal()(deploy.gates[act])
  if (act === 'approve') {
    return (
      <Button tone="primary" why={why} busy={run.busy === 'approve'} onClick={() => void run.approve()}>
        {t('deploys.act.approve')} {deploy.planHash ? <HashMark hash={deploy.planHash} /> : null}
        <kbd className="only-l">A</kbd>
      </Button>
    )
  }
  if (act === 'resume') {
    return (
      <Button tone="primary" icon="play" why={why} busy={run.busy === 'resume'} onClick={() => void run.simple('resume')}>
        {t('deploys.act.resume')}
      </Button>
    )
  }
  const { organizationSlug: org, applicationSlug: app, title, environment, number } = deploy
  // Its targets are looked at anew before anything is sent: those on which it did not succeed.
  if (act === 'retry' && (title.kind === 'command' || title.kind === 'update_agent')) {
    const isUpdate = title.kind === 'update_agent'
    const href = isUpdate
      ? paths.platformAgents
      : org === null
        ? paths.runOnMachines([], number)
        : paths.runCommand(org, app, title.serviceName, environment, number)
    return why ? (
      <Button tone="primary" icon="restart" why={why}>
        {t(isUpdate ? 'agents.again' : 'commands.again')}
      </Button>
    ) : (
      <ButtonLink tone="primary" icon="restart" href={href}>
        {t(isUpdate ? 'agents.again' : 'commands.again')}
      </ButtonLink>
    )
  }
  return (
    <Button tone="primary" icon={act === 'roll_back' ? 'undo' : 'restart'} why={why} onClick={() => ask(act as Asked)}>
      {t(`deploys.act.${act}`, { release: deploy.rollBackTo ? `r${deploy.rollBackTo.number}` : '' })}
    </Button>
  )
}

/** The actions of a deploy, in the head and, on a phone, in the bar at the bottom. */
export function useDeployButtons({ deploy, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const run = useDeployActions(deploy, actions)
  const [asked, ask] = useState<Asked | null>(null)
  const primary = primaryOf(deploy)
  const second: DeployAct | null =
    deploy.state === 'awaiting_approval'
      ? 'reject'
      : isEnded(deploy)
        ? primary === 'roll_back'
          ? 'retry'
          : null
        : deploy.state === 'cancelling'
          ? 'give_up'
          : 'cancel'
  const canCancelToo = deploy.state === 'awaiting_approval'
  const more = useMore(deploy, ask, run, [primary, second])
  if (canCancelToo)
    more[0]?.push({
      key: 'cancel',
      label: t('deploys.act.cancel'),
      icon: 'close',
      danger: true,
      why: refusal(deploy.gates.cancel),
      onSelect: () => ask('cancel'),
    })
  useKeys({ a: primary === 'approve' && deploy.gates.approve.allowed ? () => void run.approve() : undefined })
  const buttons = (
    <>
      {(more[0]?.length ?? 0) > 0 ? (
        <Menu align="end" groups={more} trigger={<Button tone="ghost" icon="more" label={t('ui.more')} />} />
      ) : null}
      {second ? (
        <Button
          tone={second === 'cancel' || second === 'give_up' ? 'danger' : 'plain'}
          why={refusal(deploy.gates[second])}
          onClick={() => ask(second as Asked)}
        >
          {t(`deploys.act.${second}`, { release: '' })}
        </Button>
      ) : null}
      {primary ? <Primary act={primary} deploy={deploy} run={run} ask={ask} /> : null}
    </>
  )
  return {
    head: <span className="only-l row">{buttons}</span>,
    bar: <ActBar>{buttons}</ActBar>,
    dialogs: <DeployDialogs deploy={deploy} actions={actions} asked={asked} close={() => ask(null)} run={run} />,
    ask,
    run,
  }
}
