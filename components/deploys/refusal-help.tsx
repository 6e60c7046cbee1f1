'use client'

import { z } from 'zod'
import { useFailure, useSentence } from '@/components/frame/use-refusal'
import { NotChosenSchema } from '@/lib/deploys/plan-views'
import type { PublicError } from '@/lib/views'

const DetailsSchema = z.object({ machines: z.array(NotChosenSchema).min(1) })

/** Below the headline of a refusal: the server's own sentence, fields, and why each machine cannot take more. */
export function RefusalHelp({ error }: { error: PublicError }) {
  const failure = useFailure()
  const sentence = useSentence()
  const fields = Object.entries(error.fields ?? {})
  const machines = DetailsSchema.safeParse(error.details).data?.machines ?? []
  const own = failure(error) === error.message ? null : error.message
  return (
    <>
      {fields.length > 0 ? fields.map(([path, message]) => `${path}: ${message}`).join(' · ') : own}
      {machines.map((machine) => (
        <span key={machine.machineName} className="t2 below">
          <b className="b">{machine.machineName}</b> {sentence(machine.why)}
        </span>
      ))}
    </>
  )
}
