'use client'

import { useSearchParams } from 'next/navigation'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'

/** What the filters show, all of it, as a file. */
export function ExportMenu({ organization }: { organization: string | undefined }) {
  const t = useTranslations()
  const search = useSearchParams()
  const base = organization ? `/api/v1/organizations/${encodeURIComponent(organization)}/audit` : '/api/v1/platform/audit'
  const asked = new URLSearchParams([...search].filter(([key, value]) => ['q', 'kind'].includes(key) && value !== ''))
  const save = (as: 'csv' | 'jsonl') => () => window.location.assign(`${base}.${as}${asked.size > 0 ? `?${asked}` : ''}`)
  return (
    <Menu
      align="end"
      trigger={<Button icon="download">{t('audit.export')}</Button>}
      groups={[
        [
          { key: 'csv', label: t('audit.asCsv'), onSelect: save('csv') },
          { key: 'jsonl', label: t('audit.asLines'), onSelect: save('jsonl') },
        ],
      ]}
    />
  )
}
