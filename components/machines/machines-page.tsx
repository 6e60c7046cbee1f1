'use client'

import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import type { MachineList } from '@/lib/machines/views'
import { ReadAt } from './freshness'
import { MachineListView } from './machine-list'

export function MachinesPage({ list }: { list: MachineList }) {
  const t = useTranslations()
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.machines') }]}>
      <LivePage topic="platform" />
      <PageHead title={t('nav.machines')} />
      <ReadAt asOf={list.asOf}>
        <MachineListView list={list} />
      </ReadAt>
    </Page>
  )
}
