'use client'

import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import type { MenuItem } from '@/components/ui/menu'
import { paths } from '@/lib/paths'
import type { ServiceAct, ServiceRow } from '@/lib/services/views'
import { actIcons } from './act-icons'

const groups: readonly (readonly ServiceAct[])[] = [
  ['upgrade', 'configure', 'scale', 'resize'],
  ['restart', 'start', 'stop'],
  ['promote', 'add_stage', 'clone'],
  ['rollback', 'accept'],
  ['remove'],
]

const cloneHref = (org: string, { applicationSlug, name, environment, packageName, version }: ServiceRow) =>
  paths.cloneService(org, applicationSlug, {
    application: applicationSlug,
    name,
    environment,
    package: packageName,
    ...(version ? { version } : {}),
  })

/** The changes of a service from its row: each leads to its dialog, or says why not. */
export function useRowActs(org: string) {
  const t = useTranslations()
  const refusal = useRefusal()
  return (row: ServiceRow): MenuItem[][] =>
    groups.map((acts) =>
      acts.map((act) => ({
        key: act,
        label: t(`services.act.${act}`),
        icon: actIcons[act] ?? 'code',
        danger: act === 'remove',
        why: refusal(row.gates[act]),
        href: act === 'clone' ? cloneHref(org, row) : paths.serviceAct(org, row.applicationSlug, row.name, row.environment, act),
      })),
    )
}
