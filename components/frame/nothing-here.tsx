'use client'

import { useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button, ButtonLink } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Void } from '@/components/ui/void'
import { RoleSchema } from '@/lib/organizations/views'
import { paths } from '@/lib/paths'
import { AskForIt } from './ask-for-it'
import { useSay } from './use-refusal'

/** Not there and not yours look alike. */
export function NotFoundPage() {
  const t = useTranslations()
  return (
    <div className="alone">
      <Void kind="not-found" heading="h1" title={t('ui.notFound')} acts={<ButtonLink href={paths.home}>{t('ui.home')}</ButtonLink>}>
        {t('ui.notFoundHelp')}
      </Void>
    </div>
  )
}

const roleNames: readonly string[] = RoleSchema.options

/** One may know that it is there, but not see it: which permission, and who can give it, by name or as a role. */
export function DeniedPage({ permission, people = [] }: { permission: string; people?: string[] }) {
  const t = useTranslations()
  const say = useSay()
  return (
    <div className="alone">
      <Void
        kind="denied"
        heading="h1"
        title={t('ui.denied')}
        acts={
          <>
            <Button onClick={() => window.history.back()}>{t('ui.back')}</Button>
            <AskForIt permission={permission} />
          </>
        }
      >
        {t('ui.deniedHelp', { permission: say(`permissions.${permission.replace('.', '_')}`) })}{' '}
        {people.length > 0
          ? t('ui.deniedWho', { people: people.map((one) => (roleNames.includes(one) ? say(`users.role.${one}`) : one)).join(', ') })
          : null}
      </Void>
    </div>
  )
}

/** It did not load: what to quote, and how to go on. Tries again by itself once, after a while. */
export function FailedPage({ requestId, retry }: { requestId: string | undefined; retry: () => void }) {
  const t = useTranslations()
  const [tried, setTried] = useState(false)
  useEffect(() => {
    if (tried) return
    const timer = setTimeout(() => {
      setTried(true)
      retry()
    }, 8000)
    return () => clearTimeout(timer)
  }, [tried, retry])
  return (
    <div className="alone">
      <Void
        kind="failed"
        heading="h1"
        title={t('ui.loadFailed')}
        acts={
          <>
            <Button onClick={retry}>{t('ui.tryNow')}</Button>
            {requestId ? <CopyButton text={requestId}>{t('ui.request', { id: requestId })}</CopyButton> : null}
          </>
        }
      >
        {t('ui.failedHelp')}
      </Void>
    </div>
  )
}
