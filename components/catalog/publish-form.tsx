'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import type { Published } from '@/lib/catalog/views'
import { paths } from '@/lib/paths'
import type { ActionResult, PublicError } from '@/lib/views'
import { ArchiveDrop, useWhyNotFile } from './archive-drop'
import { PackageIssues } from './package-issues'

interface Props {
  organizationSlug: string
  /** Takes a form with the archive under `file`. */
  publish: (form: FormData) => Promise<ActionResult<Published>>
}

/** Publishes a version from an archive; every finding names file, line and rule. */
export function PublishForm({ organizationSlug, publish }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const whyNotFile = useWhyNotFile()
  const [file, setFile] = useState<File | null>(null)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const send = async () => {
    if (!file) return
    setBusy(true)
    const form = new FormData()
    form.set('file', file)
    form.set('organizationSlug', organizationSlug)
    const answer = await publish(form).catch(
      (): ActionResult<Published> => ({ ok: false, error: { code: 'unavailable', message: t('errors.unavailable') } }),
    )
    setBusy(false)
    if (answer.ok) router.push(paths.package(organizationSlug, answer.data.name))
    else setError(answer.error)
  }
  return (
    <div className="upload">
      <ArchiveDrop
        file={file}
        onPick={(next) => {
          setError(null)
          setFile(next)
        }}
      />
      <p className="t3 mt-2">{t('catalog.publishHelp')}</p>
      {error ? (
        <div className="mt-4">
          <PackageIssues error={error} />
        </div>
      ) : null}
      <div className="row mt-4">
        <Button tone="primary" icon="upload" why={whyNotFile(file)} busy={busy} onClick={() => void send()}>
          {t('catalog.publish')}
        </Button>
      </div>
    </div>
  )
}
