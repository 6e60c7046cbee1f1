'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFirstApplication } from '@/components/frame/frame-context'
import { useLeaveGuard } from '@/components/services/use-leave-guard'
import type { UploadView } from '@/lib/catalog/upload-views'
import type { Published } from '@/lib/catalog/views'
import { paths } from '@/lib/paths'
import type { OwnProgram } from '@/lib/protocol/own-program'
import type { ActionResult, PublicError } from '@/lib/views'
import { draftOf, emptyDraft, type OwnDraft, programOf } from './own-draft'

export interface OwnProgramActions {
  inspectProgram: (form: FormData) => Promise<ActionResult<UploadView>>
  draftProgram: (ask: { organization: string; program: OwnProgram }) => Promise<ActionResult<{ manifest: string }>>
  publishProgram: (form: FormData) => Promise<ActionResult<Published>>
}

export const ownSteps = ['program', 'answers', 'manifest'] as const

/** One question to the server at a time, and what it refused. */
export function useAsk() {
  const t = useTranslations()
  const [busy, setBusy] = useState(false)
  const [error, setError] = useState<PublicError | null>(null)
  const ask = async <T>(call: () => Promise<ActionResult<T>>): Promise<T | null> => {
    setBusy(true)
    setError(null)
    const answer = await call().catch(
      (): ActionResult<T> => ({ ok: false, error: { code: 'unavailable', message: t('errors.unavailable') } }),
    )
    setBusy(false)
    if (answer.ok) return answer.data
    setError(answer.error)
    return null
  }
  return { ask, busy, error, setError }
}

/** Program → answers → manifest → published. The server keeps nothing until it is published: the archive stays here. */
export function useOwnProgram(organizationSlug: string, actions: OwnProgramActions) {
  const router = useRouter()
  const app = useFirstApplication()
  const [step, setStep] = useState<(typeof ownSteps)[number]>('program')
  const [source, setSource] = useState<'folder' | 'command'>('folder')
  const [file, setFile] = useState<File | null>(null)
  const [upload, setUpload] = useState<UploadView | null>(null)
  const [draft, setDraft] = useState<OwnDraft>(emptyDraft)
  const [manifest, setManifest] = useState('')
  const [tried, setTried] = useState(false)
  const { ask, busy, error, setError } = useAsk()
  const [left, setLeft] = useState(false)
  useLeaveGuard(step !== 'program' && !left)
  const checked = programOf(draft)

  const formOf = (more: Record<string, string> = {}) => {
    const form = new FormData()
    form.set('organizationSlug', organizationSlug)
    for (const [key, value] of Object.entries(more)) form.set(key, value)
    if (source === 'folder' && file) form.set('file', file)
    return form
  }
  const change = (next: Partial<OwnDraft>) => setDraft((before) => ({ ...before, ...next }))
  return {
    ...{ step, setStep, source, setSource, file, upload, draft, change, manifest, setManifest, tried, busy, error },
    wrongs: 'wrongs' in checked ? checked.wrongs : {},
    pick: (next: File | null) => {
      setFile(next)
      setUpload(null)
      setError(null)
    },
    /** From the archive, or from nothing but a command line. */
    begin: async () => {
      if (source === 'command') {
        if (upload) setDraft(emptyDraft)
        setUpload(null)
        return setStep('answers')
      }
      const seen = await ask(() => actions.inspectProgram(formOf()))
      if (!seen) return
      setUpload(seen)
      if (seen.kind !== 'program') return
      setDraft(draftOf(seen))
      setStep('answers')
    },
    write: async () => {
      setTried(true)
      if (!('program' in checked)) return
      const { program } = checked
      const written = await ask(() => actions.draftProgram({ organization: organizationSlug, program }))
      if (!written) return
      setManifest(written.manifest)
      setStep('manifest')
    },
    publish: async () => {
      const published = await ask(() => actions.publishProgram(formOf({ manifest })))
      if (!published) return
      setLeft(true)
      router.push(app ? paths.newService(organizationSlug, app, published.name) : paths.package(organizationSlug, published.name))
    },
  }
}

export type OwnProgramState = ReturnType<typeof useOwnProgram>
