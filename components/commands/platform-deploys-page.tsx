'use client'

import { useTranslations } from 'use-intl'
import { DeployTable } from '@/components/deploys/deploy-list'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { ButtonLink } from '@/components/ui/button'
import { Pager } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import type { DeployList } from '@/lib/deploys/views'
import { paths } from '@/lib/paths'

/** What operators did to machines themselves. */
export function PlatformDeploysPage({ list }: { list: DeployList }) {
  const t = useTranslations()
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.deploys') }]}>
      <LivePage topic="platform" />
      <PageHead title={t('nav.deploys')} sub={t('commands.platformSub')} />
      {list.items.length > 0 ? (
        <>
          <DeployTable rows={list.items} organizationSlug={null} />
          <Pager next={list.next} previous={list.previous}>
            {list.total === null ? t('ui.rowsShown', { count: list.items.length }) : t('deploys.count', { count: list.total })}
          </Pager>
        </>
      ) : (
        <Void
          kind="none-yet"
          title={t('deploys.none')}
          acts={
            <ButtonLink tone="primary" href={paths.platformMachines}>
              {t('commands.chooseMachines')}
            </ButtonLink>
          }
        >
          {t('commands.platformNone')}
        </Void>
      )}
    </Page>
  )
}
