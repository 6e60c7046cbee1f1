'use client'

import { useTranslations } from 'use-intl'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { KeyValues } from '@/components/ui/facts'
import { RailSection } from '@/components/ui/section'
import { cores, formatMib } from '@/components/ui/sizes'
import type { NewServiceView } from '@/lib/services/new-service-views'
import type { Draft } from './use-draft'

/** Beside the form: what this asks for, and what differs from the package's defaults. */
export function AskRail({ view, draft }: { view: NewServiceView; draft: Draft }) {
  const t = useTranslations()
  const component = view.package.components.find((one) => one.name === draft.values.component)
  const runtime = view.runtimes.find((one) => one.id === draft.values.runtimeId)
  const count = component?.mode === 'daemon' ? (runtime?.readyMachines ?? 0) : Number(draft.values.count) || 0
  const tooMuch = component && runtime?.largestFreeMemoryMib != null && component.memoryMib > runtime.largestFreeMemoryMib
  return (
    <aside className="rail stick">
      <RailSection title={t('services.asksFor')}>
        <KeyValues
          rows={[
            [
              t('services.creates'),
              component?.isOfChart ? t('services.byChart') : t('services.unitsOf', { count, name: draft.values.name || '…' }),
            ],
            [t('services.on'), runtime?.kind === 'cluster' ? runtime.name : t('services.chosenAtReview')],
            component && !component.isOfChart
              ? [
                  t('services.reserves'),
                  <span key="r" className="num">
                    {count} × {t('services.cores', { n: cores(component.cpuMillis) })}
                    <br />
                    {count} × <span className={tooMuch ? 'text-red' : ''}>{formatMib(component.memoryMib)}</span>
                    <br />
                    {count} × {formatMib(component.diskMib)} {t('services.disk')}
                  </span>,
                ]
              : null,
            runtime
              ? [
                  t('approvals.title'),
                  <span key="a">
                    {runtime.approvalsNeeded > 0 ? t('approvals.admins', { count: runtime.approvalsNeeded }) : t('approvals.nobody')}{' '}
                    <EnvironmentTag environment={runtime.environment} />
                  </span>,
                ]
              : null,
          ]}
        />
      </RailSection>
      <ChangedFields changed={draft.changed} />
    </aside>
  )
}

export function ChangedFields({ changed }: { changed: Draft['changed'] }) {
  const t = useTranslations()
  return (
    <RailSection title={t('config.changedFromDefault')}>
      {changed.length === 0 ? (
        <p className="t3">{t('config.nothingChanged')}</p>
      ) : (
        <ul className="plain tight">
          {changed.map((one) => (
            <li key={one.key}>
              <span className="mono grow cut">config.{one.key}</span>
              <span className="t3 mono cut">
                {one.after === '' && one.before === '' ? t('config.set') : `${one.before} → ${one.after}`}
              </span>
            </li>
          ))}
        </ul>
      )}
    </RailSection>
  )
}
