'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Notice } from '@/components/ui/notice'
import type { ActionResult } from '@/lib/views'
import { RefusalHelp } from './refusal-help'
import type { useAct } from './use-act'
import { useFailure } from './use-refusal'

interface Props {
  title: ReactNode
  verb: string
  danger?: boolean
  wide?: boolean
  /** Why it cannot be done yet. */
  why: string | undefined
  acting: ReturnType<typeof useAct>
  /** Null while what was typed cannot be sent. */
  act: (() => Promise<ActionResult>) | null
  close: () => void
  /** Errors that stand beside their field. */
  toldElsewhere?: (code: string) => boolean
  children: ReactNode
}

/** A form with one act. A refusal keeps it open with all that was typed; once done, it closes and the page is read anew. */
export function ActDialog({ title, verb, danger, wide, why, acting, act, close, toldElsewhere, children }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const { busy, error, run } = acting
  const send = async () => {
    if (!act || !(await run(act)).ok) return
    close()
    router.refresh()
  }
  return (
    <Dialog
      open
      onClose={close}
      {...(wide ? { wide } : {})}
      title={title}
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone={danger ? 'danger' : 'primary'} busy={busy} why={why} onClick={() => void send()}>
            {verb}
          </Button>
        </>
      }
    >
      {error && !toldElsewhere?.(error.code) ? (
        <Notice tone="red" role="alert" title={failure(error)}>
          <RefusalHelp error={error} />
        </Notice>
      ) : null}
      {children}
    </Dialog>
  )
}
