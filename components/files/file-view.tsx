'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { formatBytes } from '@/components/ui/sizes'
import { Void } from '@/components/ui/void'
import { type FileText, FileTextSchema } from '@/lib/files/views'
import { useFileFailure } from './file-words'

interface Props {
  /** Of the unit's files. */
  base: string
  path: string
  close: () => void
}

/** A file as text, asked for once: reading it is an event each time. */
export function FileView({ base, path, close }: Props) {
  const t = useTranslations()
  const why = useFileFailure()
  const { data, error, refetch } = useQuery({
    queryKey: ['file', base, path],
    queryFn: ({ signal }) => fetchJson(`${base}/text?path=${encodeURIComponent(path)}`, FileTextSchema, signal),
    staleTime: Number.POSITIVE_INFINITY,
    gcTime: 0,
    retry: false,
    refetchOnWindowFocus: false,
    refetchOnReconnect: false,
  })
  return (
    <section className="panel files-view" aria-label={path}>
      <header className="output-h">
        <span className="mono cut">{path}</span>
        <span className="row">
          {data ? <span className="t3 num nowrap">{formatBytes(data.sizeBytes)}</span> : null}
          <a className="btn sm" href={`${base}/content?path=${encodeURIComponent(path)}`} download>
            <Icon name="download" size={14} />
            {t('files.download')}
          </a>
          <Button size="sm" tone="ghost" icon="close" label={t('ui.close')} onClick={close} />
        </span>
      </header>
      {error ? (
        <Void kind="failed" title={t('files.failed')} acts={<Button onClick={() => void refetch()}>{t('ui.tryNow')}</Button>}>
          {why(error)}
        </Void>
      ) : data ? (
        <Content file={data} />
      ) : (
        <p className="t3 files-note">…</p>
      )}
    </section>
  )
}

function Content({ file }: { file: FileText }) {
  const t = useTranslations()
  if (file.text === null) return <p className="t2 files-note">{t('files.notText')}</p>
  if (file.text === '') return <p className="t2 files-note">{t('files.emptyFile')}</p>
  return (
    <>
      {file.isCut ? (
        <p className="t2 files-note">
          {t('files.cutText', { size: formatBytes(new TextEncoder().encode(file.text).length), whole: formatBytes(file.sizeBytes) })}
        </p>
      ) : null}
      {/* biome-ignore lint/a11y/noNoninteractiveTabindex: a region that scrolls must be reachable by keys */}
      <pre className="code json" tabIndex={0}>
        {file.text}
      </pre>
    </>
  )
}
