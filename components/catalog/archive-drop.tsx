'use client'

import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Icon } from '@/components/ui/icon'
import { formatBytes } from '@/components/ui/sizes'

export const largestArchive = 60 * 1024 * 1024

interface Props {
  file: File | null
  onPick: (file: File | null) => void
}

/** Takes one archive, dropped or chosen. */
export function ArchiveDrop({ file, onPick }: Props) {
  const t = useTranslations()
  const picker = useRef<HTMLInputElement>(null)
  const first = useRef(onPick)
  const [over, setOver] = useState(false)
  // A file that was chosen before the page came alive told nobody.
  useEffect(() => {
    const early = picker.current?.files?.[0]
    if (early) first.current(early)
  }, [])
  return (
    <>
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
          const dropped = event.dataTransfer.files[0]
          if (dropped) onPick(dropped)
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
        onChange={(event) => {
          const chosen = event.target.files?.[0]
          if (chosen) onPick(chosen)
        }}
      />
    </>
  )
}

/** Why this file cannot be sent. */
export function useWhyNotFile() {
  const t = useTranslations()
  return (file: File | null): string | undefined => {
    if (!file) return t('catalog.chooseFile')
    return file.size > largestArchive ? t('catalog.tooLarge', { size: formatBytes(largestArchive) }) : undefined
  }
}
