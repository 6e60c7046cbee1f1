'use client'

import { useTranslations } from 'use-intl'
import { YamlEditor } from '@/components/services/yaml-editor'
import { Button } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Stone } from '@/components/ui/stone'
import { Table } from '@/components/ui/table'
import type { UploadView } from '@/lib/catalog/upload-views'
import type { PublicError } from '@/lib/views'
import { issuesOf, PackageIssues } from './package-issues'

type Import = Extract<UploadView, { kind: 'appspec' }>

const looks = {
  kept: { shape: 'ok', tone: 'green' },
  changed: { shape: 'ask', tone: 'amber' },
  left_out: { shape: 'unknown', tone: 'none' },
} as const

function Mapping({ rows }: Pick<Import, 'rows'>) {
  const t = useTranslations()
  return (
    <Table
      inset
      label={t('yiqiu.mapping')}
      rows={rows}
      keyOf={(row) => `${row.from} ${row.why}`}
      columns={[
        { key: 'from', head: 'appspec.yml', cell: (row) => <span className="mono brk">{row.from}</span> },
        {
          key: 'outcome',
          head: t('yiqiu.outcome'),
          cell: (row) => (
            <span className={`st ${looks[row.outcome].tone}`}>
              <Stone {...looks[row.outcome]} size={12} />
              {t(`yiqiu.is.${row.outcome}`)}
            </span>
          ),
        },
        { key: 'to', head: t('yiqiu.became'), wide: true, cell: (row) => <span className="mono t2">{row.to || '–'}</span> },
        { key: 'why', head: t('yiqiu.why'), cell: (row) => <span className="t2 brk">{t(`yiqiu.because.${row.why}`)}</span> },
      ]}
    />
  )
}

interface Props {
  found: Import
  manifest: string
  onChange: (manifest: string) => void
  onPublish: () => void
  busy: boolean
  error: PublicError | null
}

/** A yiqiu package before it is published: what became of what, and the manifest made of it. */
export function AppspecPreview({ found, manifest, onChange, onPublish, busy, error }: Props) {
  const t = useTranslations()
  if (found.manifest === null) {
    return <PackageIssues error={{ code: 'invalid_package', message: t('yiqiu.refused'), details: { issues: found.findings } }} />
  }
  const changed = found.rows.filter((row) => row.outcome !== 'kept').length
  const lines = issuesOf(error).flatMap(({ file, line, message }) => (file === 'tengen.yaml' && line !== null ? [{ line, message }] : []))
  return (
    <>
      <Notice tone="amber" role="status" title={t('yiqiu.recognised')}>
        {t('yiqiu.warnings', { count: changed })}
      </Notice>
      <Section title={t('yiqiu.mapping')}>
        <Mapping rows={found.rows} />
      </Section>
      <Section title="tengen.yaml" hint={t('yiqiu.manifestHint')}>
        {error && lines.length === 0 ? <PackageIssues error={error} /> : null}
        <YamlEditor
          fileName="tengen.yaml"
          text={manifest}
          onChange={onChange}
          errors={lines}
          label="tengen.yaml"
          hint={t('own.manifestHint')}
          fine={t('own.manifestFine')}
        />
      </Section>
      <div className="row mt-4">
        <Button tone="primary" icon="upload" busy={busy} onClick={onPublish}>
          {t('yiqiu.publish')}
        </Button>
      </div>
    </>
  )
}
