'use client'

import { Fragment, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import { useQuotaLines } from '@/components/quotas/quota-lines'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Icon } from '@/components/ui/icon'
import type { IconName } from '@/components/ui/icon-shapes'
import { Section } from '@/components/ui/section'
import { Stone } from '@/components/ui/stone'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { PlanSummary } from '@/lib/deploys/plan-views'
import { Effects } from './effects'

const Line = ({ icon, children }: { icon: IconName; children: ReactNode }) => (
  <>
    <Icon name={icon} />
    <span>{children}</span>
  </>
)

function useBlastLines(summary: PlanSummary) {
  const t = useTranslations()
  const { rolling, undo, dependents, machines, runtimes } = summary
  return [
    rolling && rolling.units > 1 ? (
      <Line key="rolling" icon="restart">
        {t.rich('plan.rolling', {
          max: rolling.maxUnavailable,
          keep: Math.max(0, rolling.units - rolling.maxUnavailable),
          units: rolling.units,
          b: (text) => <b className="b">{text}</b>,
        })}
      </Line>
    ) : null,
    machines.length > 0 ? (
      <Line key="where" icon="machines">
        {machines.length <= 6
          ? machines
              .map((machine) => machine.name)
              .sort()
              .join(', ')
          : t('plan.machines', { count: machines.length })}{' '}
        {runtimes.map((runtime) => (
          <Fragment key={runtime.id}>
            {t(`plan.in.${runtime.kind}`, { name: runtime.name })} <EnvironmentTag environment={runtime.environment} />{' '}
          </Fragment>
        ))}
      </Line>
    ) : null,
    <Line key="dependents" icon="link">
      {dependents.length === 0
        ? t('plan.noDependents')
        : t('plan.dependents', { count: dependents.length, names: dependents.map((one) => one.name).join(', ') })}
    </Line>,
    <Line key="undo" icon="undo">
      {t(`plan.undo.${undo.how}`, { release: undo.to ? `r${undo.to.number}` : '', version: undo.to?.version ?? '' })}
      {summary.dataLost.length === 0 ? ` ${t(copiesData(summary) ? 'plan.dataStay' : 'plan.noDataTouched')}` : ''}
    </Line>,
  ].filter((line) => line !== null)
}

const copiesData = ({ warnings }: PlanSummary): boolean => warnings.some(({ code }) => code.startsWith('copies_data'))

export function Blast({ summary }: { summary: PlanSummary }) {
  const t = useTranslations()
  const sentence = useSentence()
  const lines = useBlastLines(summary)
  const quotaLines = useQuotaLines()(summary.quotas ?? [])
  return (
    <div className="blast">
      {lines}
      {summary.onFailure === 'roll_back' ? <Line icon="history">{t('plan.rollsBack')}</Line> : null}
      {quotaLines.map((line) => (
        <Line key={line} icon="machines">
          {line}
        </Line>
      ))}
      {summary.dataLost.map((data) => (
        <Fragment key={`${data.unitName} ${data.path}`}>
          <Stone shape="warn" tone="red" size={14} />
          <span className="text-red">{t('plan.dataLost', { unit: data.unitName, path: data.path, size: data.sizeMib ?? 0 })}</span>
        </Fragment>
      ))}
      {summary.warnings.map((warning) => (
        <Fragment key={warning.code}>
          <Stone shape="ask" tone="amber" size={14} />
          <span>{sentence(warning)}</span>
        </Fragment>
      ))}
    </div>
  )
}

/** "What will happen": counts, then what it touches and how it can be undone. */
export function PlanSummarySection({ summary, first, end }: { summary: PlanSummary; first?: boolean; end?: ReactNode }) {
  const t = useTranslations()
  const words = useTimeWords()
  const size = t('plan.size', { tasks: summary.tasks, layers: summary.layers })
  return (
    <Section
      title={t('plan.title')}
      hint={summary.estimateMs === null ? size : t('plan.sizeAndTime', { size, time: words.runs(summary.estimateMs) })}
      first={first ?? false}
      end={end}
    >
      <Effects counts={summary.counts} />
      <Blast summary={summary} />
    </Section>
  )
}
