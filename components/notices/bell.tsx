'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { Icon } from '@/components/ui/icon'
import { paths } from '@/lib/paths'

/** How much one has not read yet; it leads to it. */
export function Bell({ unread }: { unread: number }) {
  const t = useTranslations()
  const label = t('notices.bell', { count: unread })
  return (
    <Link className="btn ghost bell" href={paths.notices} aria-label={label} title={label}>
      <Icon name="bell" />
      {unread > 0 ? <span className="unread">{unread > 98 ? '99+' : unread}</span> : null}
    </Link>
  )
}
