'use client'

import { useQuery } from '@tanstack/react-query'
import { type ReactNode, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { ApiFailure, fetchJson } from '@/components/frame/fetch-json'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Select } from '@/components/ui/select'
import { formatBytes } from '@/components/ui/sizes'
import { TableSkeleton } from '@/components/ui/skeleton'
import { Stone } from '@/components/ui/stone'
import { useToast } from '@/components/ui/toast'
import { Void } from '@/components/ui/void'
import { FileListSchema, mostWrittenBytes } from '@/lib/files/views'
import { api } from '@/lib/paths'
import type { FileEntry } from '@/lib/protocol/files'
import type { ServiceView } from '@/lib/services/views'
import { FileListTable } from './file-list'
import { FileView } from './file-view'
import { useFileFailure } from './file-words'
import { useUpload } from './use-upload'

const inside = (folder: string, name: string) => (folder === '' ? name : `${folder}/${name}`)

/** Files below the folder of a unit: looked at, handed out, put there. */
export function FilesTab({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const units = service.placements.flatMap((placement) => placement.units).filter((unit) => unit.machine)
  const [wanted, setWanted] = useState<string | null>(null)
  const unit = units.find((one) => one.id === wanted) ?? units[0]
  if (!unit) return <Void kind="none-yet" title={t('files.noUnits')} />
  const { organizationSlug: org, applicationSlug: app, name } = service
  const choice = (
    <Select
      id="files-unit"
      label={t('services.unit')}
      value={unit.id}
      onChange={setWanted}
      options={units.map((one) => ({ value: one.id, label: one.name, note: one.machine?.name }))}
    />
  )
  return <UnitFiles key={unit.id} base={api.files(org, app, name, unit.id)} unitName={unit.name} choice={choice} />
}

function Crumbs({ unitName, folder, go }: { unitName: string; folder: string; go: (folder: string) => void }) {
  const t = useTranslations()
  const parts = folder === '' ? [] : folder.split('/')
  return (
    <nav className="files-crumbs mono" aria-label={t('files.folderOf', { unit: unitName })}>
      <button type="button" className="link" onClick={() => go('')}>
        {unitName}
      </button>
      {parts.map((part, i) => (
        <span key={`${i}${part}`}>
          <i>/</i>
          <button
            type="button"
            className="link"
            aria-current={i === parts.length - 1 ? 'page' : undefined}
            onClick={() => go(parts.slice(0, i + 1).join('/'))}
          >
            {part}
          </button>
        </span>
      ))}
    </nav>
  )
}

function UnitFiles({ base, unitName, choice }: { base: string; unitName: string; choice: ReactNode }) {
  const t = useTranslations()
  const why = useFileFailure()
  const [folder, setFolder] = useState('')
  const [shown, setShown] = useState<string | null>(null)
  const { data, error, refetch } = useQuery({
    queryKey: ['files', base, folder],
    queryFn: ({ signal }) => fetchJson(`${base}?path=${encodeURIComponent(folder)}`, FileListSchema, signal),
    retry: false,
    refetchOnWindowFocus: false,
  })
  const go = (to: string) => {
    setFolder(to)
    setShown(null)
  }
  const open = ({ name, kind }: FileEntry) => (kind === 'folder' ? go(inside(folder, name)) : setShown(inside(folder, name)))
  if (error instanceof ApiFailure && error.code === 'forbidden')
    return (
      <Void kind="denied" title={t('files.denied')}>
        {t('files.deniedHelp')}
      </Void>
    )
  return (
    <>
      <div className="term-open">
        {choice}
        <Crumbs unitName={unitName} folder={folder} go={go} />
        <UploadButton base={base} folder={folder} entries={data?.entries ?? []} again={() => void refetch()} />
      </div>
      {error ? (
        <Void kind="failed" title={t('files.failed')} acts={<Button onClick={() => void refetch()}>{t('ui.tryNow')}</Button>}>
          {why(error)}
        </Void>
      ) : !data ? (
        <TableSkeleton rows={5} columns={4} />
      ) : (
        <>
          {data.entries.length > 0 ? (
            <FileListTable entries={data.entries} label={t('files.folderOf', { unit: unitName })} open={open} />
          ) : (
            <p className="t3 files-note">{t('files.empty')}</p>
          )}
          {data.isCut ? <p className="t3 files-note">{t('files.isCut', { count: data.entries.length })}</p> : null}
        </>
      )}
      {shown ? <FileView key={shown} base={base} path={shown} close={() => setShown(null)} /> : null}
    </>
  )
}

interface UploadProps {
  base: string
  folder: string
  entries: readonly FileEntry[]
  again: () => void
}

/** What is there already is asked about before it is replaced. */
function UploadButton({ base, folder, entries, again }: UploadProps) {
  const t = useTranslations()
  const why = useFileFailure()
  const toast = useToast()
  const picker = useRef<HTMLInputElement>(null)
  const [asked, ask] = useState<File | null>(null)
  const { upload, send, stop } = useUpload()
  const put = async (file: File, replace: boolean) => {
    ask(null)
    try {
      await send(`${base}/content?path=${encodeURIComponent(inside(folder, file.name))}&replace=${replace}`, file)
    } catch (error) {
      if (error instanceof ApiFailure && error.told.reason === 'stopped') return
      toast('red', why(error))
    } finally {
      again()
    }
  }
  const picked = (file: File | undefined) => {
    if (!file) return
    if (file.size > mostWrittenBytes) return toast('red', t('files.mostUploaded', { size: formatBytes(mostWrittenBytes) }))
    if (entries.some(({ name }) => name === file.name)) ask(file)
    else void put(file, false)
  }
  return (
    <>
      <input
        ref={picker}
        type="file"
        hidden
        aria-label={t('files.upload')}
        onChange={(event) => {
          picked(event.target.files?.[0])
          event.target.value = ''
        }}
      />
      {upload ? (
        <span className="row" role="status">
          <Stone shape="turning" tone="blue" />
          <span className="num cut">{t('files.uploading', { ...upload })}</span>
          <Button size="sm" onClick={stop}>
            {t('ui.cancel')}
          </Button>
        </span>
      ) : (
        <Button icon="upload" onClick={() => picker.current?.click()}>
          {t('files.upload')}
        </Button>
      )}
      <DangerDialog
        open={asked !== null}
        onClose={() => ask(null)}
        onConfirm={() => (asked ? put(asked, true) : undefined)}
        title={t('files.replaceTitle', { name: asked?.name ?? '' })}
        effects={[{ text: t('files.replaceEffect'), lost: true }]}
        verb={t('files.replace')}
      />
    </>
  )
}
