'use client'

import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { Notice } from '@/components/ui/notice'
import { Table } from '@/components/ui/table'
import { type PackageIssue, PackageIssueSchema } from '@/lib/catalog/views'
import type { PublicError } from '@/lib/views'

export const issuesOf = (error: PublicError | null): PackageIssue[] =>
  PackageIssueSchema.array().safeParse(error?.details?.issues).data ?? []

/** What is wrong with a package: file, line and rule of each finding. */
export function PackageIssues({ error }: { error: PublicError }) {
  const failure = useFailure()
  const issues = issuesOf(error)
  if (issues.length > 0) return <FoundIssues issues={issues} />
  return (
    <Notice tone="red" role="alert" title={failure(error)}>
      {failure(error) === error.message ? null : error.message}
    </Notice>
  )
}

export function FoundIssues({ issues }: { issues: readonly PackageIssue[] }) {
  const t = useTranslations()
  return (
    <>
      <Notice tone="red" role="alert" title={t('catalog.issues', { count: issues.length })} />
      <div className="mt-3">
        <Table
          inset
          label={t('catalog.issues', { count: issues.length })}
          rows={[...issues]}
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
    </>
  )
}
