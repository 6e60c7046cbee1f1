'use client'

import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import { Ago, Exact } from '@/components/ui/ago'
import { Notice } from '@/components/ui/notice'
import type { MachineView } from '@/lib/machines/views'
import { ExpiryNotice } from './expiry'
import { LossNotice, type ResumePool } from './loss-notice'
import { MachineSignals } from './machine-signals'

/** What is going on with this machine beside its state. */
export function MachineNotices({ machine, resume }: { machine: MachineView; resume: ResumePool }) {
  const t = useTranslations()
  const sentence = useSentence()
  const staying = machine.unitList.filter((unit) => unit.stays !== null).length
  const going = machine.unitList.length - staying
  const { drainSince, maintenance, maintenanceUntil, saidOffAt } = machine
  return (
    <div className="stack mb-4 empty:hidden">
      <LossNotice pool={machine.pool} loss={machine.loss} resume={resume} />
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
