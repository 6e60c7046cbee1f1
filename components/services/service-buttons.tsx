'use client'

import { useRouter } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { ActBar } from '@/components/frame/page-head'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Icon } from '@/components/ui/icon'
import { Menu } from '@/components/ui/menu'
import { paths } from '@/lib/paths'
import type { ServiceAct, ServiceView } from '@/lib/services/views'
import { actIcons } from './act-icons'
import type { ServiceActions } from './service-acts'
import { ServiceDialogs } from './service-dialogs'
import { useAskedChange } from './use-asked-change'

/** A link may ask for what this reader may not do, or what cannot be done any more. */
function RefusedDialog({ act, why, close }: { act: ServiceAct; why: string | undefined; close: () => void }) {
  const t = useTranslations()
  return (
    <Dialog open onClose={close} title={t(`services.act.${act}`)} footer={<Button onClick={close}>{t('ui.close')}</Button>}>
      <p className="t2">{why}</p>
    </Dialog>
  )
}

const cloneHref = ({ organizationSlug, applicationSlug, name, environment, package: { name: packageName }, release }: ServiceView) =>
  paths.cloneService(organizationSlug, applicationSlug, {
    application: applicationSlug,
    name,
    environment,
    package: packageName,
    ...(release ? { version: release.version } : {}),
  })

/** The changes of a service; what cannot be done now says why. */
export function useServiceButtons({ service, actions }: { service: ServiceView; actions: ServiceActions }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const router = useRouter()
  const { asked, ask, close } = useAskedChange(service)
  const why = (act: ServiceAct) => refusal(service.gates[act])
  const item = (act: ServiceAct, danger = false) => ({
    key: act,
    label: t(`services.act.${act}`),
    ...(actIcons[act] ? { icon: actIcons[act] } : {}),
    danger,
    why: why(act),
    onSelect: () => ask({ kind: act }),
  })
  const clone = { ...item('clone'), href: cloneHref(service) }
  const { organizationSlug: org, applicationSlug: app, name, environment } = service
  const command = { ...item('command'), href: paths.runCommand(org, app, name, environment) }
  const menu = (
    <Menu
      align="end"
      groups={[
        [item('resize'), item('restart'), item('start'), item('stop'), command],
        [item('promote'), item('add_stage'), clone],
        [item('accept')],
        [item('remove', true)],
      ]}
      trigger={<Button tone="ghost" icon="more" label={t('ui.more')} />}
    />
  )
  const plain = (act: ServiceAct) => (
    <Button key={act} why={why(act)} onClick={() => ask({ kind: act })}>
      {t(`services.act.${act}`)}
    </Button>
  )
  const upgrade = (
    <Button tone="primary" why={why('upgrade')} onClick={() => ask({ kind: 'upgrade' })}>
      {t('services.act.upgrade')}
    </Button>
  )
  const [url] = service.urls
  const open = url ? (
    <a className="btn" href={url} target="_blank" rel="noreferrer" title={url}>
      <Icon name="globe" size={14} />
      {t('services.openUrl')}
    </a>
  ) : null
  return {
    head: (
      <span className="only-l row">
        {menu}
        {open}
        {plain('scale')}
        {plain('configure')}
        {upgrade}
      </span>
    ),
    bar: (
      <ActBar>
        {menu}
        {open}
        {plain('configure')}
        {upgrade}
      </ActBar>
    ),
    dialogs: !asked ? null : why(asked.kind) ? (
      <RefusedDialog act={asked.kind} why={why(asked.kind)} close={close} />
    ) : (
      <ServiceDialogs
        key={`${asked.kind} ${asked.release?.id} ${asked.units?.map((unit) => unit.id).join(' ')}`}
        service={service}
        actions={actions}
        asked={asked}
        close={close}
        // The address that asks is over: back leads to the page before the dialog.
        onAsked={(href) => router.replace(href)}
      />
    ),
    ask,
  }
}
