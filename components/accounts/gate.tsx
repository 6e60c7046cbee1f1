'use client'

import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useLocale, useTranslations } from 'use-intl'
import { rememberPreference } from '@/components/frame/preferences'
import { BoardArt, Mark } from '@/components/ui/mark'
import { localeNames, locales } from '@/lib/messages'

/** The page before the door: what is done here left, the board right. */
export function Gate({ title, sub, children }: { title: ReactNode; sub?: ReactNode; children: ReactNode }) {
  const t = useTranslations()
  const router = useRouter()
  const locale = useLocale()
  return (
    <main className="gate">
      <div className="form">
        <div>
          <div className="row brand">
            <Mark size={28} />
            <span className="brand-n">Tengen</span>
            <span className="t3">天元</span>
          </div>
          <h1>{title}</h1>
          {sub ? <p className="t2 mb-5">{sub}</p> : null}
          {children}
          <div className="row t3 f12 gate-f">
            {locales
              .filter((one) => one !== locale)
              .map((one) => (
                <button
                  key={one}
                  type="button"
                  lang={one}
                  onClick={() => {
                    rememberPreference('locale', one)
                    router.refresh()
                  }}
                >
                  {localeNames[one]}
                </button>
              ))}
            <span className="grow" />
            <span>{t('accounts.tagline')}</span>
          </div>
        </div>
      </div>
      <div className="art">
        <BoardArt />
      </div>
    </main>
  )
}
