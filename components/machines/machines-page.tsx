'use client'

import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { ButtonLink } from '@/components/ui/button'
import type { MachineList } from '@/lib/machines/views'
import { paths } from '@/lib/paths'
import { ReadAt } from './freshness'
import { MachineListView } from './machine-list'

export function MachinesPage({ list }: { list: MachineList }) {
  const t = useTranslations()
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.machines') }]}>
      <LivePage topic="platform" />
      <PageHead
        title={t('nav.machines')}
        acts={
          <ButtonLink tone="primary" icon="plus" href={paths.addMachine}>
            {t('join.title')}
          </ButtonLink>
        }
      />
      <ReadAt asOf={list.asOf}>
        <MachineListView list={list} />
      </ReadAt>
    </Page>
  )
}
