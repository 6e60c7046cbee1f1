'use client'

import { useTranslations } from 'use-intl'
import { LinkTabs } from '@/components/ui/tabs'
import { paths } from '@/lib/paths'

/** The pages of one's account. */
export function MeTabs({ current }: { current: 'sessions' | 'tokens' | 'notices' }) {
  const t = useTranslations()
  return (
    <LinkTabs
      label={t('me.title')}
      tabs={[
        { href: paths.me, label: t('users.sessions'), current: current === 'sessions' },
        { href: paths.notices, label: t('notices.title'), current: current === 'notices' },
        { href: paths.ownTokens, label: t('nav.tokens'), current: current === 'tokens' },
      ]}
    />
  )
}
