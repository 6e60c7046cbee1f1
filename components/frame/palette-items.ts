'use client'

import { useTranslations } from 'use-intl'
import type { IconName } from '@/components/ui/icon-shapes'
import type { Found, FrameView } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'
import type { Gate } from '@/lib/views'
import { applicationOf, navEntries, platformEntries } from './nav'
import { useRefusal, useSay } from './use-refusal'

export interface PaletteItem {
  key: string
  label: string
  icon: IconName
  href: string
  detail?: string
  found?: Found
  /** Set: it may not be done now, and why, and who may. */
  why?: string | undefined
}

export interface PaletteGroup {
  key: string
  label: string
  items: PaletteItem[]
}

const icons: Record<Found['kind'], IconName> = {
  service: 'services',
  deploy: 'deploys',
  package: 'catalogue',
  machine: 'machines',
  application: 'overview',
}

interface Ask {
  frame: FrameView
  pathname: string
  query: string
  actionsOnly: boolean
  found: Found[]
}

/** Pages and things to go to, then what can be done: with the first hit, or with nothing in particular. */
export function usePaletteItems({ frame, pathname, query, actionsOnly, found }: Ask): PaletteGroup[] {
  const t = useTranslations()
  const say = useSay()
  const refusal = useRefusal()
  const has = (label: string) => label.toLowerCase().includes(query.toLowerCase())
  const action = (key: string, label: string, icon: IconName, href: string, gate: Gate): PaletteItem => ({
    key,
    label,
    icon,
    href,
    why: refusal(gate),
  })
  const pages = [...navEntries(frame, pathname), ...platformEntries(frame)]
    .map((entry): PaletteItem => ({ key: entry.href, label: t(`nav.${entry.key}`), icon: entry.icon, href: entry.href }))
    .filter((item) => has(item.label))
  const hits = found.map(
    (one): PaletteItem => ({ key: one.href, label: one.name, icon: icons[one.kind], href: one.href, detail: one.detail, found: one }),
  )
  const first = found.find((one) => one.acts.length > 0)
  const withFirst = first
    ? first.acts.map((one) =>
        action(`${first.href} ${one.act}`, say(`palette.acts.${one.act}`, { name: first.name }), 'chevron-right', one.href, one.gate),
      )
    : []
  const org = frame.organization
  const application = applicationOf(frame, pathname) ?? org?.applications[0]
  const general = [
    ...(org && application
      ? [action('new', t('services.new'), 'plus', paths.newService(org.slug, application.slug), frame.gates.createService)]
      : []),
    ...(org ? [action('publish', t('catalog.publish'), 'upload', paths.upload(org.slug), frame.gates.publishPackage)] : []),
  ].filter((item) => has(item.label))
  return [
    { key: 'go', label: t('palette.goTo'), items: actionsOnly ? [] : [...hits, ...pages] },
    { key: 'with', label: first ? t('palette.doWith', { name: first.name }) : '', items: withFirst },
    { key: 'do', label: t('palette.do'), items: general },
  ].filter((group) => group.items.length > 0)
}
