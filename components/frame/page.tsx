'use client'

import Link from 'next/link'
import { Fragment, type ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Bell } from '@/components/notices/bell'
import { Button } from '@/components/ui/button'
import { Icon } from '@/components/ui/icon'
import { Connection, ConnectionNotice } from './connection'
import { useFrame } from './frame-context'

export interface Crumb {
  label: string
  href?: string
}

interface Props {
  crumb: Crumb[]
  children: ReactNode
}

/** The bar and the page below it. The first crumb is the organisation; on a phone only the last two show. */
export function Page({ crumb, children }: Props) {
  const t = useTranslations()
  const tools = useFrame()
  return (
    <>
      <header className="bar">
        <Button tone="ghost" icon="menu" label={t('nav.menu')} className="menu-btn" onClick={() => tools?.openSide()} />
        <nav className="crumb" aria-label={t('nav.where')}>
          {crumb.map((one, i) => {
            const far = i < crumb.length - 2 ? 'far' : ''
            const last = i === crumb.length - 1
            return (
              <Fragment key={`${i} ${one.label}`}>
                {one.href && !last ? (
                  <Link href={one.href} className={far}>
                    {one.label}
                  </Link>
                ) : (
                  <b className="cut" aria-current={last ? 'page' : undefined}>
                    {one.label}
                  </b>
                )}
                {last ? null : <span className={far}>/</span>}
              </Fragment>
            )
          })}
        </nav>
        <div className="tools">
          <Connection />
          {tools ? <Bell unread={tools.frame.counts.unread} /> : null}
          <button type="button" className="find" onClick={() => tools?.openPalette()}>
            <Icon name="search" size={14} />
            {t('palette.open')}
            <kbd>Ctrl K</kbd>
          </button>
          <Button tone="ghost" icon="search" label={t('palette.title')} className="only-s" onClick={() => tools?.openPalette()} />
        </div>
      </header>
      <div className="page" id="page">
        <ConnectionNotice />
        {children}
      </div>
    </>
  )
}
