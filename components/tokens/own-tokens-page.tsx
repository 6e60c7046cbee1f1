'use client'

import { useTranslations } from 'use-intl'
import { MeTabs } from '@/components/accounts/me-tabs'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useRefusal } from '@/components/frame/use-refusal'
import { Notice } from '@/components/ui/notice'
import { useUrlState } from '@/components/ui/use-url-state'
import { paths } from '@/lib/paths'
import type { TokensView } from '@/lib/tokens/views'
import { cliAskOf } from './cli-ask'
import { TokenDialog } from './token-dialog'
import { NewToken, type TokenActions, TokensList } from './tokens-list'

/** Tokens of one's own: what programs do with them, one does oneself. */
export function OwnTokensPage({ view, actions }: { view: TokensView; actions: TokenActions }) {
  const t = useTranslations()
  const url = useUrlState()
  const cli = cliAskOf(url.get('cli'), url.get('on'))
  const why = useRefusal()(view.gates.make)
  return (
    <Page crumb={[{ label: t('me.title'), href: paths.me }, { label: t('nav.tokens') }]}>
      <PageHead title={t('tokens.ownTitle')} sub={t('tokens.sub')} acts={<NewToken view={view} make={actions.make} />} />
      <MeTabs current="tokens" />
      {url.get('cli') === 'done' ? (
        <div className="my-4">
          <Notice tone="green" role="status" title={t('tokens.cliDone')} />
        </div>
      ) : null}
      {cli && why ? (
        <div className="my-4">
          <Notice tone="amber" role="alert" title={t('tokens.cliRefused')}>
            {why}
          </Notice>
        </div>
      ) : null}
      <TokensList view={view} actions={actions} />
      {cli && !why ? <TokenDialog view={view} make={actions.make} cli={cli} close={() => url.set({ cli: null, on: null })} /> : null}
    </Page>
  )
}
