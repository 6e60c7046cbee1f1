'use client'

import { useTranslations } from 'use-intl'
import type { Environment } from '@/lib/views'

interface Props {
  environment: Environment
  /** In dense lists: the coloured word without its box. */
  quiet?: boolean
}

export function EnvironmentTag({ environment, quiet }: Props) {
  const t = useTranslations()
  return (
    <span className={`env ${environment === 'production' ? 'prod' : ''} ${quiet ? 'quiet' : ''}`}>{t(`environment.${environment}`)}</span>
  )
}
