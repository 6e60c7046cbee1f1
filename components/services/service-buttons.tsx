'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActBar } from '@/components/frame/page-head'
import { useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import type { IconName } from '@/components/ui/icon-shapes'
import { Menu } from '@/components/ui/menu'
import type { ReleaseView, ServiceAct, ServiceView } from '@/lib/services/views'
import type { ServiceActions } from './service-acts'
import { type AskedChange, ServiceDialogs } from './service-dialogs'

const icons: Partial<Record<ServiceAct, IconName>> = {
  restart: 'restart',
  start: 'play',
  stop: 'pause',
  accept: 'check',
  remove: 'trash',
  scale: 'scale',
}

/** The changes of a service; what cannot be done now says why. */
export function useServiceButtons({ service, actions }: { service: ServiceView; actions: ServiceActions }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [asked, ask] = useState<AskedChange | null>(null)
  const why = (act: ServiceAct) => refusal(service.gates[act])
  const item = (act: ServiceAct, danger = false) => ({
    key: act,
    label: t(`services.act.${act}`),
    ...(icons[act] ? { icon: icons[act] } : {}),
    danger,
    why: why(act),
    onSelect: () => ask({ kind: act }),
  })
  const menu = (
    <Menu
      align="end"
      groups={[[item('restart'), item('start'), item('stop'), item('accept')], [item('remove', true)]]}
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
  return {
    head: (
      <span className="only-l row">
        {menu}
        {plain('scale')}
        {plain('configure')}
        {upgrade}
      </span>
    ),
    bar: (
      <ActBar>
        {menu}
        {plain('configure')}
        {upgrade}
      </ActBar>
    ),
    dialogs: asked ? (
      <ServiceDialogs
        key={`${asked.kind} ${asked.release?.id}`}
        service={service}
        actions={actions}
        asked={asked}
        close={() => ask(null)}
      />
    ) : null,
    rollBack: (release: ReleaseView) => ask({ kind: 'rollback', release }),
  }
}
