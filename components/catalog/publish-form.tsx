'use client'

import { useRouter } from 'next/navigation'
import { useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button, ButtonLink } from '@/components/ui/button'
import { Notice } from '@/components/ui/notice'
import type { UploadView } from '@/lib/catalog/upload-views'
import type { Published } from '@/lib/catalog/views'
import { paths } from '@/lib/paths'
import type { ActionResult } from '@/lib/views'
import { AppspecPreview } from './appspec-preview'
import { ArchiveDrop, useWhyNotFile } from './archive-drop'
import { FoundIssues, PackageIssues } from './package-issues'
import { useAsk } from './use-own-program'

export interface PublishActions {
  /** Each takes a form with the archive under `file`. */
  inspect: (form: FormData) => Promise<ActionResult<UploadView>>
  publish: (form: FormData) => Promise<ActionResult<Published>>
  /** The same with a manifest that was made for the archive. */
  publishWith: (form: FormData) => Promise<ActionResult<Published>>
}

interface Props {
  organizationSlug: string
  actions: PublishActions
}

/** Looks at an archive as soon as it is chosen, and publishes it when it is told to. */
function usePublish({ organizationSlug, actions }: Props) {
  const router = useRouter()
  const { ask, busy, error, setError } = useAsk()
  const [file, setFile] = useState<File | null>(null)
  const [seen, setSeen] = useState<UploadView | null>(null)
  const [manifest, setManifest] = useState('')
  const looking = useRef<Promise<UploadView | null>>(Promise.resolve(null))
  const formOf = (archive: File, more: Record<string, string> = {}) => {
    const form = new FormData()
    form.set('file', archive)
    form.set('organizationSlug', organizationSlug)
    for (const [key, value] of Object.entries(more)) form.set(key, value)
    return form
  }
  const goTo = (published: Published | null) => published && router.push(paths.package(organizationSlug, published.name))
  const look = async (archive: File): Promise<UploadView | null> => {
    const answer = await actions.inspect(formOf(archive)).catch(() => null)
    return answer?.ok ? answer.data : null
  }
  return {
    ...{ file, seen, manifest, setManifest, busy, error },
    pick: (next: File | null) => {
      setError(null)
      setSeen(null)
      setFile(next)
      if (!next) return
      const mine = look(next)
      looking.current = mine
      void mine.then((view) => {
        if (looking.current !== mine) return
        setSeen(view)
        if (view?.kind === 'appspec') setManifest(view.manifest ?? '')
      })
    },
    send: async () => {
      if (!file) return
      const view = await looking.current
      // What is no package yet has its own way on.
      if (view && view.kind !== 'package' && view.kind !== 'chart') return
      goTo(await ask(() => actions.publish(formOf(file))))
    },
    sendWith: async () => {
      if (file) goTo(await ask(() => actions.publishWith(formOf(file, { manifest }))))
    },
  }
}

/** What the templates of a package make, before anybody deploys it. */
function Made({ files }: { files: readonly { file: string; text: string }[] }) {
  const t = useTranslations()
  if (files.length === 0) return null
  return (
    <div className="upload mt-4">
      <p className="b mb-2">{t('catalog.made')}</p>
      {files.map(({ file, text }) => (
        <details key={file} className="mb-2">
          <summary className="mono">{file}</summary>
          <pre className="code json mt-1">{text}</pre>
        </details>
      ))}
    </div>
  )
}

/** Publishes a version from an archive; every finding names file, line and rule. */
export function PublishForm(props: Props) {
  const t = useTranslations()
  const whyNotFile = useWhyNotFile()
  const { file, seen, manifest, setManifest, busy, error, pick, send, sendWith } = usePublish(props)
  return (
    <>
      <div className="upload">
        <ArchiveDrop file={file} onPick={pick} />
        <p className="t3 mt-2">{t('catalog.publishHelp')}</p>
      </div>
      {seen?.kind === 'program' ? (
        <div className="upload mt-4">
          <Notice
            tone="amber"
            role="status"
            title={t('catalog.noManifest')}
            acts={
              <ButtonLink size="sm" href={paths.ownProgram(props.organizationSlug)}>
                {t('own.title')}
              </ButtonLink>
            }
          >
            {t('catalog.noManifestHelp')}
          </Notice>
        </div>
      ) : null}
      {seen?.kind === 'package' && seen.notRunYet.length > 0 ? (
        <div className="upload mt-4">
          <Notice tone="amber" role="status" title={t('catalog.notRunYet', { names: seen.notRunYet.join(', ') })} />
        </div>
      ) : null}
      {seen?.kind === 'package' && seen.findings.length > 0 && !error ? (
        <div className="upload mt-4">
          <FoundIssues issues={seen.findings} />
        </div>
      ) : null}
      {seen?.kind === 'package' ? <Made files={seen.made} /> : null}
      {seen?.kind === 'appspec' ? (
        <div className="mt-4">
          <AppspecPreview
            found={seen}
            manifest={manifest}
            onChange={setManifest}
            onPublish={() => void sendWith()}
            busy={busy}
            error={error}
          />
        </div>
      ) : null}
      {error && seen?.kind !== 'appspec' ? (
        <div className="upload mt-4">
          <PackageIssues error={error} />
        </div>
      ) : null}
      {seen?.kind === 'chart' ? (
        <div className="upload mt-4">
          <Notice tone="blue" role="status" title={t('catalog.isChart', { name: seen.name, version: seen.version })}>
            {t('catalog.isChartHelp')}
          </Notice>
        </div>
      ) : null}
      {seen === null || seen.kind === 'package' || seen.kind === 'chart' ? (
        <div className="row mt-4">
          <Button tone="primary" icon="upload" why={whyNotFile(file)} busy={busy} onClick={() => void send()}>
            {t('catalog.publish')}
          </Button>
        </div>
      ) : null}
    </>
  )
}
