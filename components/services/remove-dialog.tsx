'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { z } from 'zod'
import { PlanDialog } from '@/components/deploys/plan-dialog'
import type { ServiceView } from '@/lib/services/views'
import type { PublicError } from '@/lib/views'
import type { ServiceActions } from './service-acts'

interface Props {
  service: ServiceView
  actions: ServiceActions
  close: () => void
  onAsked: (href: string) => void
}

const alongIn = (error: PublicError): string[] =>
  error.code === 'needed' ? (z.array(z.string()).safeParse(error.details?.along).data ?? []) : []

/** Takes a service down; where others cannot be without it, with those, if that is what is meant. */
export function RemoveDialog({ service, actions, close, onAsked }: Props) {
  const t = useTranslations()
  const { name, environment, stageId, organizationSlug: organization, applicationSlug: application } = service
  const [keepData, setKeepData] = useState(true)
  const [needing, setNeeding] = useState<string[]>([])
  const [isAlong, setAlong] = useState(false)
  const units = service.placements.reduce((sum, { units: own, workload }) => sum + own.length + (workload?.desired ?? 0), 0)
  const alone = { stageId, kind: 'remove', keepData } as const
  const whole = { organization, application, service: name, environment, keepData }
  const preview = async () => {
    if (isAlong) return actions.previewRemoval(whole)
    const seen = await actions.preview(alone)
    setNeeding(seen.ok ? [] : alongIn(seen.error))
    return seen
  }
  return (
    <PlanDialog
      open
      onClose={close}
      title={t('services.ask.remove', { name })}
      verb={isAlong ? t('services.removeServices', { count: needing.length + 1 }) : t('services.removeUnits', { count: units })}
      organizationSlug={organization}
      previewKey={`${stageId} ${keepData} ${isAlong}`}
      preview={preview}
      request={({ reason, expectedHash, notBefore }) => {
        const asked = { expectedHash, ...(reason ? { reason } : {}) }
        return isAlong ? actions.requestRemoval({ ...whole, ...asked }) : actions.request({ ...alone, ...asked, notBefore })
      }}
      nameToType={name}
      danger
      canWait={!isAlong}
      onAsked={onAsked}
    >
      {needing.length > 0 ? (
        <label className="row mb-3">
          <input type="checkbox" checked={isAlong} onChange={(event) => setAlong(event.target.checked)} />
          {t('services.removeAlong', { count: needing.length, names: needing.join(', ') })}
        </label>
      ) : null}
      {service.data.length > 0 || isAlong ? (
        <label className="row mb-3">
          <input type="checkbox" checked={!keepData} onChange={(event) => setKeepData(!event.target.checked)} />
          {isAlong ? t('groups.deleteData') : t('services.deleteData', { count: service.data.length })}
        </label>
      ) : null}
    </PlanDialog>
  )
}
