'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { Void } from '@/components/ui/void'

/** Signed in, but a member of nothing yet. */
export function NoOrganization({ name, signOut }: { name: string; signOut: () => Promise<void> }) {
  const t = useTranslations()
  return (
    <div className="alone">
      <Void
        kind="none-yet"
        heading="h1"
        title={t('accounts.noOrganization', { name })}
        acts={<Button onClick={() => void signOut()}>{t('accounts.signOut')}</Button>}
      >
        {t('accounts.noOrganizationHelp')}
      </Void>
    </div>
  )
}
