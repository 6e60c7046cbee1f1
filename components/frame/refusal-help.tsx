'use client'

import { z } from 'zod'
import { OverQuota } from '@/components/quotas/quota-lines'
import { NotChosenSchema, StayingUnitSchema } from '@/lib/deploys/plan-views'
import { QuotaLineSchema } from '@/lib/quotas/amount-views'
import type { PublicError } from '@/lib/views'
import { AskForIt } from './ask-for-it'
import { useFailure, useFault, useSentence } from './use-refusal'

const DetailsSchema = z.object({
  machines: z.array(NotChosenSchema).default([]),
  units: z.array(StayingUnitSchema).default([]),
  quotas: z.array(QuotaLineSchema).default([]),
  permission: z.string().optional(),
})

/** Below the headline of a refusal: the server's own sentence, fields, and why each machine cannot take more, and each unit stays. */
export function RefusalHelp({ error }: { error: PublicError }) {
  const failure = useFailure()
  const sentence = useSentence()
  // What the headline says whole is not said again field by field.
  const fault = useFault()(error)
  const fields = fault ? [] : Object.entries(error.fields ?? {})
  const { machines = [], units = [], quotas = [], permission } = DetailsSchema.safeParse(error.details).data ?? {}
  const reasons = [
    ...machines.map(({ machineName, why }) => [machineName, why] as const),
    ...units.map(({ unitName, why }) => [unitName, why] as const),
  ]
  const own = failure(error) === error.message || quotas.length > 0 || fault ? null : error.message
  return (
    <>
      {fields.length > 0 ? fields.map(([path, message]) => `${path}: ${message}`).join(' · ') : own}
      {reasons.map(([name, why]) => (
        <span key={name} className="t2 below">
          <b className="b">{name}</b> {sentence(why)}
        </span>
      ))}
      <OverQuota lines={quotas} />
      {permission ? <AskForIt permission={permission} /> : null}
    </>
  )
}
