'use client'

import { useTranslations } from 'use-intl'
import type { IconName } from '@/components/ui/icon-shapes'
import type { Found, FrameView } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'
import type { Environment, Gate } from '@/lib/views'
import { applicationOf, navEntries, platformEntries } from './nav'
import { useRefusal, useSay } from './use-refusal'

export interface PaletteItem {
  key: string
  label: string
  icon: IconName
  href: string
  detail?: string
  found?: Found
  /** Where it would be done: the same name may stand in both. */
  environment?: Environment | null
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
  route: 'globe',
  deploy: 'deploys',
  package: 'catalogue',
  machine: 'machines',
  cluster: 'clusters',
  application: 'overview',
  pod: 'services',
}

interface Ask {
  frame: FrameView
  pathname: string
  query: string
  actionsOnly: boolean
  /** A verb that stood before the query: then only it is offered, for all that was found. */
  act: string | null
  found: Found[]
}

const actIcons: Record<string, IconName> = {
  upgrade: 'up-arrow',
  configure: 'code',
  scale: 'scale',
  resize: 'resize',
  restart: 'restart',
  start: 'play',
  stop: 'pause',
  promote: 'arrow',
  change_route: 'code',
  remove_route: 'trash',
  rollback: 'undo',
  approve: 'approvals',
  log: 'log',
  new_service: 'plus',
}

/** Pages and things to go to, then what can be done: with the first hit, or with nothing in particular. */
export function usePaletteItems({ frame, pathname, query, actionsOnly, act, found }: Ask): PaletteGroup[] {
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
  const detailOf = ({ kind, detail }: Found) =>
    kind === 'service' || kind === 'route' || kind === 'deploy'
      ? (frame.organization?.applications.find((one) => one.slug === detail)?.name ?? detail)
      : detail
  const hits = found.map(
    (one): PaletteItem => ({
      // Several pods lead to the same page.
      key: `${one.kind} ${one.id}`,
      label: one.name,
      icon: icons[one.kind],
      href: one.href,
      detail: detailOf(one),
      environment: one.environment,
      found: one,
    }),
  )
  const first = found.find((one) => one.acts.length > 0)
  const doers = act ? found : first ? [first] : []
  const withFound = doers.flatMap(({ href, name, environment, acts }) =>
    acts
      .filter((one) => !act || one.act === act)
      .map((one) => ({
        ...action(`${href} ${one.act}`, say(`palette.acts.${one.act}`, { name }), actIcons[one.act] ?? 'chevron-right', one.href, one.gate),
        environment,
      })),
  )
  const org = frame.organization
  const application = applicationOf(frame, pathname) ?? org?.applications[0]
  const general = [
    ...(org && application
      ? [action('new', t('services.new'), 'plus', paths.newService(org.slug, application.slug), frame.gates.createService)]
      : []),
    ...(org ? [action('own', t('own.title'), 'plus', paths.ownProgram(org.slug), frame.gates.publishPackage)] : []),
    ...(org ? [action('publish', t('catalog.publish'), 'upload', paths.upload(org.slug), frame.gates.publishPackage)] : []),
  ].filter((item) => has(item.label))
  const go = { key: 'go', label: t('palette.goTo'), items: actionsOnly ? [] : [...hits, ...pages] }
  const doing = { key: 'with', label: first && !act ? t('palette.doWith', { name: first.name }) : t('palette.do'), items: withFound }
  return [...(act ? [doing, go] : [go, doing]), { key: 'do', label: t('palette.do'), items: general }].filter(
    (group) => group.items.length > 0,
  )
}
