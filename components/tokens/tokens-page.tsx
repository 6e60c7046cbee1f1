'use client'

import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import type { MadeToken, TokensView } from '@/lib/tokens/views'
import type { Act } from '@/lib/views'
import type { TokenAsk } from './token-dialog'
import { NewToken, TokensList } from './tokens-list'

interface Props {
  view: TokensView
  organization: string
  actions: {
    make: Act<TokenAsk & { organization: string }, MadeToken>
    revoke: Act<{ organization: string; id: string }>
  }
}

/** Tokens of the organisation: they stay when who made them leaves. */
export function TokensPage({ view, organization, actions }: Props) {
  const t = useTranslations()
  const bound = {
    make: (ask: TokenAsk) => actions.make({ ...ask, organization }),
    revoke: ({ id }: { id: string }) => actions.revoke({ organization, id }),
  }
  return (
    <ListPage
      title={t('nav.tokens')}
      organizationSlug={organization}
      sub={t('tokens.subShared')}
      acts={<NewToken view={view} make={bound.make} />}
    >
      <TokensList view={view} actions={bound} />
    </ListPage>
  )
}
