'use client'

import { useTranslations } from 'use-intl'
import { TableSkeleton } from '@/components/ui/skeleton'

/** The bar and the shape of rows, after 150 ms. */
export function LoadingPage() {
  const t = useTranslations()
  return (
    <>
      <div className="bar" />
      <div className="page" role="status" aria-label={t('ui.loading')}>
        <TableSkeleton />
      </div>
    </>
  )
}
