'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Section } from '@/components/ui/section'
import type { PoolView } from '@/lib/init/views'
import type { Act } from '@/lib/views'

export type LimitLoss = Act<{ runtimeId: string; percent: number }>

/** How much of a pool may be lost at once before nothing moves by itself there any more. */
export function LossLimit({ pool, save }: { pool: PoolView; save: LimitLoss }) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const { busy, error, run } = useAct()
  const [text, setText] = useState(String(pool.lossPercent))
  const percent = /^\d{1,3}$/.test(text.trim()) && Number(text) <= 100 ? Number(text) : undefined
  const wrong = percent === undefined ? t('pools.lossWrong') : error ? failure(error) : undefined
  const send = async () => {
    if (percent !== undefined && (await run(() => save({ runtimeId: pool.id, percent }))).ok) router.refresh()
  }
  return (
    <Section title={t('pools.automation')}>
      <Field id="loss-percent" label={t('pools.lossLimit')} help={t('pools.lossLimitHelp')} error={wrong}>
        <div className="row">
          <Input
            id="loss-percent"
            boxClass="narrow"
            inputMode="numeric"
            unit="%"
            value={text}
            bad={wrong !== undefined}
            aria-describedby={describedBy('loss-percent', wrong, true)}
            onChange={(event) => setText(event.target.value)}
          />
          <Button
            why={percent === undefined ? t('pools.lossWrong') : percent === pool.lossPercent ? t('init.unchanged') : undefined}
            busy={busy}
            onClick={() => void send()}
          >
            {t('pools.saveLimit')}
          </Button>
        </div>
      </Field>
    </Section>
  )
}
