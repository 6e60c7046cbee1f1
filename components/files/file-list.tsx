'use client'

import { useTranslations } from 'use-intl'
import { Ago } from '@/components/ui/ago'
import { formatBytes } from '@/components/ui/sizes'
import { type Column, Table } from '@/components/ui/table'
import type { FileEntry } from '@/lib/protocol/files'

interface Props {
  entries: readonly FileEntry[]
  label: string
  open: (entry: FileEntry) => void
}

/** Folders first, as everybody expects. */
const inOrder = (entries: readonly FileEntry[]) =>
  [...entries].sort((a, b) => Number(b.kind === 'folder') - Number(a.kind === 'folder') || a.name.localeCompare(b.name))

function useColumns(open: (entry: FileEntry) => void): Column<FileEntry>[] {
  const t = useTranslations()
  const nameOf = (entry: FileEntry) =>
    entry.kind === 'file' || entry.kind === 'folder' ? (
      <button type="button" className="link mono" onClick={() => open(entry)}>
        {entry.name}
        {entry.kind === 'folder' ? '/' : ''}
      </button>
    ) : (
      <span className="mono t3" title={t(entry.kind === 'link' ? 'files.link' : 'files.other')}>
        {entry.name}
        {entry.kind === 'link' ? ' →' : ''}
      </span>
    )
  return [
    {
      key: 'name',
      head: t('files.name'),
      className: 'name',
      cell: (entry) => (
        <span className="row wrap">
          {nameOf(entry)}
          {entry.isKept ? (
            <span className="tag" title={t('files.keptHelp')}>
              {t('files.kept')}
            </span>
          ) : null}
        </span>
      ),
    },
    {
      key: 'size',
      head: t('files.size'),
      right: true,
      cell: ({ kind, sizeBytes }) => <span className="num t2">{kind === 'file' ? formatBytes(sizeBytes) : '–'}</span>,
    },
    { key: 'mode', head: t('files.mode'), wide: true, cell: ({ mode }) => <span className="mono t3">{mode}</span> },
    {
      key: 'changed',
      head: t('files.changed'),
      right: true,
      wide: true,
      cell: ({ modifiedAt }) => <Ago at={modifiedAt} className="t3 num" />,
    },
  ]
}

export function FileListTable({ entries, label, open }: Props) {
  const columns = useColumns(open)
  return <Table inset label={label} rows={inOrder(entries)} keyOf={(entry) => entry.name} columns={columns} />
}
