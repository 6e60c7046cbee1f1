'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useSentence } from '@/components/frame/use-refusal'
import { Ago, Exact } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { MachineView } from '@/lib/machines/views'
import type { Act } from '@/lib/views'
import { ExpiryNotice } from './expiry'
import { MachineSignals } from './machine-signals'

export type ResumePool = Act<{ runtimeId: string }>

function Loss({ machine, resume }: { machine: MachineView; resume: ResumePool }) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const { busy, error: refused, run } = useAct()
  const error = refused ? failure(refused) : undefined
  const { loss, pool } = machine
  if (!loss) return null
  const go = async () => {
    if ((await run(() => resume({ runtimeId: pool.id }))).ok) router.refresh()
  }
  return (
    <Notice
      tone="red"
      role="status"
      title={t('machines.loss', { name: pool.name, lost: loss.lost, of: loss.of })}
      acts={
        <Button size="sm" busy={busy} onClick={() => void go()}>
          {t('machines.letGoOn')}
        </Button>
      }
    >
      {t('machines.lossHelp')} <Ago at={loss.since} as="ago" className="t3" /> {error}
    </Notice>
  )
}

/** What is going on with this machine beside its state. */
export function MachineNotices({ machine, resume }: { machine: MachineView; resume: ResumePool }) {
  const t = useTranslations()
  const sentence = useSentence()
  const staying = machine.unitList.filter((unit) => unit.stays !== null).length
  const going = machine.unitList.length - staying
  const { drainSince, maintenance, maintenanceUntil, saidOffAt } = machine
  return (
    <div className="stack mb-4 empty:hidden">
      <Loss machine={machine} resume={resume} />
      <MachineSignals signals={machine.signals.filter(({ signal, easedAt }) => signal !== 'not_heard' || easedAt !== null)} />
      {machine.accounts?.kind === 'refused' ? (
        <Notice tone="red" title={t('runAs.refused')}>
          {machine.accounts.reason}
        </Notice>
      ) : null}
      <ExpiryNotice machine={machine} />
      {drainSince ? (
        <Notice
          tone={going > 0 ? 'blue' : 'none'}
          shape={going > 0 ? 'turning' : 'dash'}
          title={t('machines.draining', { going, staying })}
        >
          <Ago at={drainSince} as="ago" className="t3" />
        </Notice>
      ) : null}
      {maintenanceUntil && (maintenance || machine.state === 'error_detected') ? (
        <Notice
          tone={maintenance ? 'none' : 'amber'}
          shape={maintenance ? 'dash' : 'warn'}
          title={t(maintenance ? 'machines.maintained' : 'machines.overdue')}
        >
          {t('machines.until')} <Exact at={maintenanceUntil} />
        </Notice>
      ) : null}
      {saidOffAt ? (
        <Notice tone="none" shape="dash" title={t('machines.saidOff')}>
          <Ago at={saidOffAt} as="ago" className="t3" />
        </Notice>
      ) : null}
      {machine.loss
        ? null
        : machine.waits.map((wait) => <Notice key={`${wait.code}${wait.values.service ?? ''}`} tone="amber" title={sentence(wait)} />)}
    </div>
  )
}
