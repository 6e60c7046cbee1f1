'use client'

import { useTranslations } from 'use-intl'
import type { NoticeView } from '@/lib/notices/views'

/** What a notice says. */
export function useNoticeText() {
  const t = useTranslations()
  return ({ kind, values }: Pick<NoticeView, 'kind' | 'values'>): string => {
    const { by, number = 0, service = '', deploy, environment, what = '', count = 0, of = 0 } = values
    return t(`notices.say.${kind}`, {
      by,
      number,
      service,
      what,
      count,
      of,
      deploy: deploy ? t(`deploys.kind.${deploy}`) : '',
      environment: environment ? t(`environment.${environment}`) : '',
    })
  }
}
