'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Notice } from '@/components/ui/notice'
import { formatBytes } from '@/components/ui/sizes'
import { Table } from '@/components/ui/table'
import { type PackageIssue, PackageIssueSchema, type Published } from '@/lib/catalog/views'
import { paths } from '@/lib/paths'
import type { ActionResult, PublicError } from '@/lib/views'

interface Props {
  organizationSlug: string
  /** Takes a form with the archive under `file`. */
  publish: (form: FormData) => Promise<ActionResult<Published>>
}

const largest = 60 * 1024 * 1024

function Issues({ error }: { error: PublicError }) {
  const t = useTranslations()
  const failure = useFailure()
  const issues = PackageIssueSchema.array().safeParse(error.details?.issues).data ?? []
  return (
    <>
      <Notice tone="red" role="alert" title={issues.length > 0 ? t('catalog.issues', { count: issues.length }) : failure(error)}>
        {issues.length > 0 || failure(error) === error.message ? null : error.message}
      </Notice>
      {issues.length > 0 ? (
        <div className="mt-3">
          <Table
            inset
            label={t('catalog.issues', { count: issues.length })}
            rows={issues}
            keyOf={(issue: PackageIssue) => `${issue.file}:${issue.line}:${issue.rule}:${issue.message}`}
            columns={[
              {
                key: 'where',
                head: t('catalog.where'),
                cell: (issue) => <span className="mono">{issue.line === null ? issue.file : `${issue.file}:${issue.line}`}</span>,
              },
              { key: 'rule', head: t('catalog.rule'), cell: (issue) => <span className="mono t2">{issue.rule}</span> },
              { key: 'message', head: t('catalog.problem'), cell: (issue) => <span className="brk">{issue.message}</span> },
            ]}
          />
        </div>
      ) : null}
    </>
  )
}

/** Publishes a version from an archive; every finding names file, line and rule. */
export function PublishForm({ organizationSlug, publish }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const picker = useRef<HTMLInputElement>(null)
  const [file, setFile] = useState<File | null>(null)
  const [over, setOver] = useState(false)
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const pick = (next: File | undefined) => {
    setError(null)
    if (next) setFile(next)
  }
  // A file that was chosen before the page came alive told nobody.
  useEffect(() => setFile(picker.current?.files?.[0] ?? null), [])
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
  const why = !file ? t('catalog.chooseFile') : file.size > largest ? t('catalog.tooLarge', { size: formatBytes(largest) }) : undefined
  return (
    <div className="upload">
      <button
        type="button"
        className={over ? 'drop over' : 'drop'}
        onClick={() => picker.current?.click()}
        onDragOver={(event) => {
          event.preventDefault()
          setOver(true)
        }}
        onDragLeave={() => setOver(false)}
        onDrop={(event) => {
          event.preventDefault()
          setOver(false)
          pick(event.dataTransfer.files[0])
        }}
      >
        <Icon name="upload" />
        {file ? (
          <span>
            <b className="b">{file.name}</b> <span className="t3">{formatBytes(file.size)}</span>
          </span>
        ) : (
          <span>
            {t('catalog.drop')} <span className="t3">.tar.gz, .zip</span>
          </span>
        )}
      </button>
      <input
        ref={picker}
        type="file"
        className="vh"
        accept=".gz,.tgz,.zip,application/gzip,application/zip"
        aria-label={t('catalog.chooseFile')}
        onChange={(event) => pick(event.target.files?.[0])}
      />
      <p className="t3 mt-2">{t('catalog.publishHelp')}</p>
      {error ? (
        <div className="mt-4">
          <Issues error={error} />
        </div>
      ) : null}
      <div className="row mt-4">
        <Button tone="primary" icon="upload" why={why} busy={busy} onClick={() => void send()}>
          {t('catalog.publish')}
        </Button>
      </div>
    </div>
  )
}
