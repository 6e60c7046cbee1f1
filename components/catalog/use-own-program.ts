'use client'

import { useRouter } from 'next/navigation'
import { useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFirstApplication } from '@/components/frame/frame-context'
import { useLeaveGuard } from '@/components/services/use-leave-guard'
import type { UploadView } from '@/lib/catalog/upload-views'
import type { Published } from '@/lib/catalog/views'
import { paths } from '@/lib/paths'
import type { OwnProgram } from '@/lib/protocol/own-program'
import type { ActionResult, PublicError } from '@/lib/views'
import { draftOf, emptyDraft, type OwnDraft, programOf } from './own-draft'
import { type OwnKept, readKept, writeKept } from './own-kept'

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

/** Of this browser's tab only. `now`: null while there is nothing to keep. */
function useKept(organizationSlug: string, now: OwnKept | null, restore: (kept: OwnKept) => void): () => void {
  const key = `tengen-own ${organizationSlug}`
  const isRead = useRef(false)
  // biome-ignore lint/correctness/useExhaustiveDependencies: once, when the page opens
  useEffect(() => {
    isRead.current = true
    const kept = readKept(sessionStorage.getItem(key))
    if (kept) restore(kept)
  }, [key])
  const text = now && writeKept(now)
  useEffect(() => {
    if (isRead.current && text) sessionStorage.setItem(key, text)
  }, [key, text])
  return () => sessionStorage.removeItem(key)
}

/** What is answered, step by step; a reload finds it again. */
function useAnswers(organizationSlug: string) {
  const [step, setStep] = useState<(typeof ownSteps)[number]>('program')
  const [source, setSource] = useState<'folder' | 'command'>('folder')
  const [draft, setDraft] = useState<OwnDraft>(emptyDraft)
  const [manifest, setManifest] = useState('')
  const [left, setLeft] = useState(false)
  /** Where a reload found the answers of an archive that has to be chosen again. */
  const [waiting, wait] = useState<OwnKept['step'] | null>(null)
  useLeaveGuard(step !== 'program' && !left)
  const forget = useKept(organizationSlug, step === 'program' || left ? null : { source, step, draft, manifest }, (kept) => {
    setSource(kept.source)
    setDraft(kept.draft)
    setManifest(kept.manifest)
    if (kept.source === 'folder') wait(kept.step)
    else setStep(kept.step)
  })
  const goOn = (to: OwnKept['step'], fresh?: OwnDraft) => {
    if (fresh) setDraft(fresh)
    wait(null)
    setStep(to)
  }
  const startOver = () => {
    forget()
    wait(null)
    setDraft(emptyDraft)
  }
  const leave = () => {
    setLeft(true)
    forget()
  }
  return { step, setStep, source, setSource, draft, setDraft, manifest, setManifest, waiting, goOn, startOver, leave }
}

/** Program → answers → manifest → published. The server keeps nothing until it is published: the archive stays here. */
export function useOwnProgram(organizationSlug: string, actions: OwnProgramActions) {
  const router = useRouter()
  const app = useFirstApplication()
  const [file, setFile] = useState<File | null>(null)
  const [upload, setUpload] = useState<UploadView | null>(null)
  const [tried, setTried] = useState(false)
  const { ask, busy, error, setError } = useAsk()
  const { waiting, goOn, leave, setDraft, ...answers } = useAnswers(organizationSlug)
  const { source, draft, manifest } = answers
  const checked = programOf(draft)

  const formOf = (more: Record<string, string> = {}) => {
    const form = new FormData()
    form.set('organizationSlug', organizationSlug)
    for (const [key, value] of Object.entries(more)) form.set(key, value)
    if (source === 'folder' && file) form.set('file', file)
    return form
  }
  return {
    ...{ ...answers, file, upload, tried, busy, error },
    waits: waiting !== null,
    wrongs: 'wrongs' in checked ? checked.wrongs : {},
    change: (next: Partial<OwnDraft>) => setDraft((before) => ({ ...before, ...next })),
    pick: (next: File | null) => {
      setFile(next)
      setUpload(null)
      setError(null)
    },
    /** From the archive, or from nothing but a command line. */
    begin: async () => {
      if (source === 'command') {
        setUpload(null)
        return goOn('answers', upload || waiting ? emptyDraft : undefined)
      }
      // The same archive as before: what was answered since stays.
      if (upload?.kind === 'program') return goOn('answers')
      const seen = await ask(() => actions.inspectProgram(formOf()))
      if (!seen) return
      setUpload(seen)
      if (seen.kind === 'program') goOn(waiting ?? 'answers', waiting ? undefined : draftOf(seen))
    },
    write: async () => {
      setTried(true)
      if (!('program' in checked)) return
      const { program } = checked
      const written = await ask(() => actions.draftProgram({ organization: organizationSlug, program }))
      if (!written) return
      answers.setManifest(written.manifest)
      answers.setStep('manifest')
    },
    publish: async () => {
      const published = await ask(() => actions.publishProgram(formOf({ manifest })))
      if (!published) return
      leave()
      router.push(app ? paths.newService(organizationSlug, app, published.name) : paths.package(organizationSlug, published.name))
    },
  }
}

export type OwnProgramState = ReturnType<typeof useOwnProgram>
