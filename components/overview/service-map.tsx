'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { useApplicationNames } from '@/components/frame/frame-context'
import { UnitPoints } from '@/components/services/unit-points'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Section } from '@/components/ui/section'
import { Stone } from '@/components/ui/stone'
import { Void } from '@/components/ui/void'
import type { MapRow, OverviewView } from '@/lib/organizations/views'

const legend = [
  ['dot', 'green', 'running'],
  ['turning-small', 'blue', 'changing'],
  ['bad-small', 'red', 'error'],
  ['held', 'amber', 'held'],
  ['unknown-small', 'none', 'unknown'],
  ['ring-small', 'none', 'stopped'],
] as const

const hasUnits = ({ cells }: MapRow): boolean => Object.values(cells).some((cell) => cell.count > 0)

/** Services on runtimes: a point is a unit. */
export function ServiceMap({ view }: { view: OverviewView }) {
  const t = useTranslations()
  const nameOf = useApplicationNames()
  if (view.map.rows.length === 0) {
    return (
      <Section title={t('overview.map')}>
        <Void kind="none-yet" title={t('services.noneYet')}>
          {t('services.noneHelp')}
        </Void>
      </Section>
    )
  }
  return (
    <Section
      title={t('overview.map')}
      hint={t('overview.mapHint')}
      end={legend.map(([shape, tone, key]) => (
        <span key={key} className={`st key ${tone}`}>
          <Stone shape={shape} tone={tone} size={10} />
          {t(`overview.key.${key}`)}
        </span>
      ))}
    >
      <table className="map">
        <thead>
          <tr>
            <th scope="col">{t('services.service')}</th>
            {view.runtimes.map((runtime) => (
              <th key={runtime.id} scope="col">
                <span className="row">
                  {runtime.name} <EnvironmentTag environment={runtime.environment} />
                </span>
                <small>{runtime.kind === 'pool' ? t('overview.machines', { count: runtime.machines }) : t('services.kind.cluster')}</small>
              </th>
            ))}
          </tr>
        </thead>
        <tbody>
          {view.map.rows.map((row) => (
            <tr key={row.serviceId}>
              <td>
                <Link href={row.href}>{row.name}</Link>{' '}
                <small>{row.installed || hasUnits(row) ? nameOf(row.applicationSlug) : t('services.notInstalled')}</small>
              </td>
              {view.runtimes.map((runtime) => {
                const cell = row.cells[runtime.id]
                return (
                  <td key={runtime.id} className={cell && cell.count > 0 ? undefined : 'void'}>
                    {cell && cell.count > 0 ? <UnitPoints points={cell.points} count={cell.count} /> : null}
                  </td>
                )
              })}
            </tr>
          ))}
        </tbody>
      </table>
      {view.map.more > 0 ? <div className="foot-row">{t('overview.moreServices', { count: view.map.more })}</div> : null}
    </Section>
  )
}
