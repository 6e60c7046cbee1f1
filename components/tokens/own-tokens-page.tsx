'use client'

import { useTranslations } from 'use-intl'
import { MeTabs } from '@/components/accounts/me-tabs'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { paths } from '@/lib/paths'
import type { TokensView } from '@/lib/tokens/views'
import { NewToken, type TokenActions, TokensList } from './tokens-list'

/** Tokens of one's own: what programs do with them, one does oneself. */
export function OwnTokensPage({ view, actions }: { view: TokensView; actions: TokenActions }) {
  const t = useTranslations()
  return (
    <Page crumb={[{ label: t('me.title'), href: paths.me }, { label: t('nav.tokens') }]}>
      <PageHead title={t('tokens.ownTitle')} sub={t('tokens.sub')} acts={<NewToken view={view} make={actions.make} />} />
      <MeTabs current="tokens" />
      <TokensList view={view} actions={actions} />
    </Page>
  )
}
