'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Exact } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { HashMark } from '@/components/ui/hash-mark'
import { Notice } from '@/components/ui/notice'
import type { PlanChange } from '@/lib/deploys/plan-views'
import type { ApprovalView } from '@/lib/deploys/views'

export function PlanChangeTable({ change }: { change: PlanChange }) {
  const t = useTranslations()
  return (
    <>
      <p className="row wrap">
        <HashMark hash={change.fromHash} voided />
        {'→'}
        <HashMark hash={change.toHash} />
        <span className="t3 f12">
          <Exact at={change.at} />
        </span>
      </p>
      <div className="scroll-y">
        <table className="tbl inset">
          <thead>
            <tr>
              <th>{t('plan.part')}</th>
              <th>{t('plan.was')}</th>
              <th>{t('plan.is')}</th>
            </tr>
          </thead>
          <tbody>
            {change.changes.map((one) => (
              <tr key={one.path}>
                <td className="mono brk">{one.path}</td>
                <td className="mono brk text-red">{one.before ?? '–'}</td>
                <td className="mono brk text-green">{one.after ?? '–'}</td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
    </>
  )
}

export function PlanChangeDialog({ change, open, onClose }: { change: PlanChange; open: boolean; onClose: () => void }) {
  const t = useTranslations()
  return (
    <Dialog open={open} onClose={onClose} wide title={t('plan.whatChanged')} footer={<Button onClick={onClose}>{t('ui.close')}</Button>}>
      <PlanChangeTable change={change} />
    </Dialog>
  )
}

/** "The plan changed after its first approval": whose approval is void, and what differs. */
export function PlanChangeNotice({ change, voided }: { change: PlanChange; voided: ApprovalView[] }) {
  const t = useTranslations()
  const [open, setOpen] = useState(false)
  const first = voided[0]
  return (
    <>
      <Notice
        tone="amber"
        title={t(first ? 'plan.changedAfterApproval' : 'plan.changedSince')}
        acts={
          <Button size="sm" onClick={() => setOpen(true)}>
            {t('plan.whatChanged')}
          </Button>
        }
      >
        {first ? t('plan.approvalVoid', { name: first.person?.name ?? first.policy ?? '' }) : null}{' '}
        <HashMark hash={change.fromHash} voided />
      </Notice>
      <PlanChangeDialog change={change} open={open} onClose={() => setOpen(false)} />
    </>
  )
}
