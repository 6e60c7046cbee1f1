'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { Button, ButtonLink } from '@/components/ui/button'
import type { MachineList } from '@/lib/machines/views'
import { paths } from '@/lib/paths'
import { ReadAt } from './freshness'
import { MachineListView } from './machine-list'
import { type MakePool, NewPoolDialog } from './new-pool-dialog'

export function MachinesPage({ list, makePool }: { list: MachineList; makePool: MakePool }) {
  const t = useTranslations()
  const [isNewPool, setNewPool] = useState(false)
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.machines') }]}>
      <LivePage topic="platform" />
      <PageHead
        title={t('nav.machines')}
        acts={
          <>
            <Button icon="plus" onClick={() => setNewPool(true)}>
              {t('pools.new')}
            </Button>
            <ButtonLink tone="primary" icon="plus" href={paths.addMachine}>
              {t('join.title')}
            </ButtonLink>
          </>
        }
      />
      <ReadAt asOf={list.asOf}>
        <MachineListView list={list} />
      </ReadAt>
      {isNewPool ? <NewPoolDialog make={makePool} close={() => setNewPool(false)} /> : null}
    </Page>
  )
}
