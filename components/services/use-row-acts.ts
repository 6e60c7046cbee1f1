'use client'

import { useTranslations } from 'use-intl'
import { useRefusal } from '@/components/frame/use-refusal'
import type { MenuItem } from '@/components/ui/menu'
import { paths } from '@/lib/paths'
import type { ServiceAct, ServiceRow } from '@/lib/services/views'
import { actIcons } from './act-icons'

const groups: readonly (readonly ServiceAct[])[] = [
  ['upgrade', 'configure', 'scale'],
  ['restart', 'start', 'stop'],
  ['rollback', 'accept'],
  ['remove'],
]

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
        href: paths.serviceAct(org, row.applicationSlug, row.name, row.environment, act),
      })),
    )
}
