'use client'

import { useEffect } from 'react'
import { useTranslations } from 'use-intl'
import { Gate } from './gate'

/** The end of a sign-in beside a page that waits. The window goes by itself where the browser lets it. */
export function SignedInAgain() {
  const t = useTranslations()
  useEffect(() => window.close(), [])
  return (
    <Gate title={t('again.done')}>
      <p>{t('again.doneHelp')}</p>
    </Gate>
  )
}
