'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import { type Amounts, noLimits } from '@/lib/quotas/amount-views'
import type { RuntimesView, WideQuota } from '@/lib/quotas/views'
import type { Act } from '@/lib/views'
import { LimitDialog } from './limit-dialog'
import { useQuotaColumns } from './quota-cells'

export type LimitApplication = Act<{ organization: string; application: string; amounts: Amounts }>

/** What the organisation and each of its applications have, wherever it runs. */
export function Altogether({ view, limit }: { view: RuntimesView; limit: LimitApplication }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const columns = useQuotaColumns<WideQuota>()
  const [chosen, choose] = useState<WideQuota | null>(null)
  const application = chosen?.application
  return (
    <Section title={t('quotas.altogether')} hint={t('quotas.altogetherHint')}>
      <Table
        inset
        label={t('quotas.altogether')}
        rows={view.altogether.map((one) => ({ ...one, quota: one.quota ?? noLimits }))}
        keyOf={(one) => one.application?.slug ?? ''}
        columns={[
          { key: 'name', head: t('services.name'), className: 'name', cell: (one) => one.application?.name ?? t('quotas.whole') },
          ...columns,
          {
            key: 'limit',
            head: '',
            right: true,
            wide: true,
            cell: (one) => (
              <Button size="sm" why={refusal(one.gates.set)} onClick={() => choose(one)}>
                {t('quotas.limit')}
              </Button>
            ),
          },
        ]}
      />
      {chosen && application ? (
        <LimitDialog
          name={application.name}
          quota={chosen.quota}
          limit={(amounts) => limit({ organization: view.organizationSlug, application: application.slug, amounts })}
          close={() => choose(null)}
        />
      ) : null}
    </Section>
  )
}
