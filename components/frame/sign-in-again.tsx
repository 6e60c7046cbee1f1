'use client'

import { createContext, type ReactNode, useCallback, useContext, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { z } from 'zod'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Stone } from '@/components/ui/stone'
import { api, paths } from '@/lib/paths'
import type { ActionResult } from '@/lib/views'
import { fetchJson } from './fetch-json'

/** Refusals that end with a sign-in: the session is over, or its sign-in is too long ago. */
const codes = ['sign_in', 'fresh_sign_in'] as const
type Code = (typeof codes)[number]

const lookMs = 1500
const MeSchema = z.object({ id: z.string(), isFresh: z.boolean() })

const SignInContext = createContext<(code: Code) => Promise<boolean>>(async () => false)

interface Asked {
  code: Code
  answer: (isSignedIn: boolean) => void
}

/** Lets whatever is on the page wait while its person signs in in another window: nothing that was typed is lost. */
export function SignInAgain({ userId, children }: { userId: string; children: ReactNode }) {
  const [asked, setAsked] = useState<Asked | null>(null)
  const waiting = useRef<Promise<boolean> | null>(null)
  const ask = useCallback((code: Code) => {
    waiting.current ??= new Promise<boolean>((resolve) => {
      const answer = (isSignedIn: boolean) => {
        waiting.current = null
        setAsked(null)
        resolve(isSignedIn)
      }
      setAsked({ code, answer })
    })
    return waiting.current
  }, [])
  return (
    <SignInContext value={ask}>
      {children}
      {asked ? <AgainDialog {...asked} userId={userId} /> : null}
    </SignInContext>
  )
}

/** True once this person has signed in; somebody else begins with a page of their own. */
async function hasSignedIn(userId: string): Promise<boolean> {
  const me = await fetchJson(api.me, MeSchema).catch(() => null)
  if (!me?.isFresh) return false
  if (me.id !== userId) window.location.assign(paths.home)
  return me.id === userId
}

function AgainDialog({ code, answer, userId }: Asked & { userId: string }) {
  const t = useTranslations()
  const [isOpen, setOpen] = useState(false)
  const latest = useRef(answer)
  useEffect(() => {
    latest.current = answer
  })
  useEffect(() => {
    if (!isOpen) return
    const timer = setInterval(async () => {
      if (await hasSignedIn(userId)) latest.current(true)
    }, lookMs)
    return () => clearInterval(timer)
  }, [isOpen, userId])
  const open = () => {
    window.open(paths.signInAgain, 'tengen-sign-in', 'popup,width=560,height=760')
    setOpen(true)
  }
  return (
    <Dialog
      open
      onClose={() => answer(false)}
      title={t('again.title')}
      footer={
        <>
          <Button onClick={() => answer(false)}>{t('ui.cancel')}</Button>
          <Button tone="primary" onClick={open}>
            {t('again.signIn')}
          </Button>
        </>
      }
    >
      <p>{t(`again.why.${code}`)}</p>
      <p className="t2 below">
        {isOpen ? (
          <span className="row" role="status">
            <Stone shape="turning" tone="blue" />
            {t('again.waiting')}
          </span>
        ) : (
          t('again.how')
        )}
      </p>
    </Dialog>
  )
}

/** Does something that may ask for a sign-in; after it, it is done once more, as it was meant. */
export function useSignedIn() {
  const ask = useContext(SignInContext)
  return async <T,>(act: () => Promise<ActionResult<T>>): Promise<ActionResult<T>> => {
    const answer = await act()
    const code = answer.ok ? undefined : codes.find((one) => one === answer.error.code)
    return code && (await ask(code)) ? act() : answer
  }
}
