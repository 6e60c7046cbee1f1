'use client'

import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import { Meter } from '@/components/ui/meter'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { PlanSummary } from '@/lib/deploys/plan-views'

/** Where new units go and why; which machines were not chosen and why not. */
export function PlacedUnits({ summary }: { summary: PlanSummary }) {
  const t = useTranslations()
  const sentence = useSentence()
  if (summary.placed.length === 0 && summary.notChosen.length === 0) return null
  return (
    <Section title={t('plan.placed')} hint={t('plan.placedHint')}>
      <Table
        inset
        label={t('plan.placed')}
        rows={summary.placed}
        keyOf={(unit) => unit.unitName}
        columns={[
          { key: 'unit', head: t('services.unit'), className: 'name', cell: (unit) => unit.unitName },
          { key: 'machine', head: t('services.machine'), cell: (unit) => unit.machineName },
          { key: 'port', head: t('plan.port'), right: true, cell: (unit) => <span className="mono">{unit.port ?? '–'}</span> },
          {
            key: 'cpu',
            head: t('plan.cpuAfter'),
            wide: true,
            cell: (unit) => (unit.cpuAfter === null ? '–' : <Meter percent={unit.cpuAfter} />),
          },
          {
            key: 'memory',
            head: t('plan.memoryAfter'),
            wide: true,
            cell: (unit) => (unit.memoryAfter === null ? '–' : <Meter percent={unit.memoryAfter} />),
          },
          { key: 'why', head: t('plan.whyHere'), wide: true, cell: (unit) => <span className="t2">{sentence(unit.why)}</span> },
        ]}
      />
      {summary.notChosen.length > 0 ? (
        <p className="t3 mt-2">
          {t('plan.notChosen')} {summary.notChosen.map((one) => `${one.machineName}: ${sentence(one.why)}`).join('; ')}
        </p>
      ) : null}
    </Section>
  )
}
