'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import type { Amounts } from '@/lib/quotas/amount-views'
import type { ActionResult } from '@/lib/views'
import { amountsDraftOf, readAmounts } from './amounts-draft'
import { AmountsFields } from './amounts-fields'

interface Props {
  /** Whose services they are, as people say it. */
  name: string
  quota: Amounts | null
  limit: (amounts: Amounts) => Promise<ActionResult>
  close: () => void
}

/** How much an organisation or an application may have altogether. */
export function LimitDialog({ name, quota, limit, close }: Props) {
  const t = useTranslations()
  const [draft, setDraft] = useState(() => amountsDraftOf(quota))
  const acting = useAct()
  const { amounts } = readAmounts(draft)
  return (
    <ActDialog
      title={t('quotas.limitOf', { name })}
      verb={t('quotas.save')}
      wide
      why={amounts ? undefined : t('config.fixFirst')}
      acting={acting}
      act={amounts && (() => limit(amounts))}
      close={close}
    >
      <p className="t2 mb-3">{t('quotas.limitHelp')}</p>
      <AmountsFields value={draft} onChange={setDraft} />
    </ActDialog>
  )
}
