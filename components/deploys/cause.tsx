'use client'

import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import type { DeployRow } from '@/lib/deploys/views'

/** Why automation asked, and since when that is so. */
export function Cause({ cause }: Pick<DeployRow, 'cause'>) {
  const t = useTranslations()
  const sentence = useSentence()
  if (!cause) return null
  return (
    <>
      : {sentence(cause)}
      {cause.since ? (
        <>
          , {t('machines.since')} <Ago at={cause.since} as="ago" />
        </>
      ) : null}
    </>
  )
}
