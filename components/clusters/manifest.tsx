'use client'

import { useTranslations } from 'use-intl'
import { CopyButton } from '@/components/ui/copy-button'

/** What an administrator of the cluster applies; folded, for it is long. */
export function Manifest({ text }: { text: string }) {
  const t = useTranslations()
  return (
    <details className="mt-3">
      <summary>{t('clusters.manifestShow')}</summary>
      <p className="t2 mt-2">
        {t('clusters.manifestHelp')} <CopyButton text={text}>{t('clusters.manifestCopy')}</CopyButton>
      </p>
      <pre className="code manifest">{text}</pre>
    </details>
  )
}
