'use client'

import { Tabs as Base } from '@base-ui/react/tabs'
import Link from 'next/link'
import type { ReactNode } from 'react'

export interface Tab {
  value: string
  label: ReactNode
  count?: number | undefined
  panel: ReactNode
}

interface Props {
  value: string
  onChange: (value: string) => void
  tabs: Tab[]
  /** Below other sections: with a gap above. */
  section?: boolean
}

/** Panels of one page. Only the open one is mounted. */
export const Tabs = ({ value, onChange, tabs, section }: Props) => (
  <Base.Root value={value} onValueChange={(next) => onChange(String(next))}>
    <Base.List className={section ? 'tabs sec' : 'tabs'} activateOnFocus={false}>
      {tabs.map((tab) => (
        <Base.Tab key={tab.value} value={tab.value} className="tab">
          {tab.label}
          {tab.count === undefined ? null : <span className="n">{tab.count}</span>}
        </Base.Tab>
      ))}
    </Base.List>
    {tabs.map((tab) => (
      <Base.Panel key={tab.value} value={tab.value} className="tab-p">
        {tab.panel}
      </Base.Panel>
    ))}
  </Base.Root>
)

interface LinkTab {
  href: string
  label: ReactNode
  count?: number | undefined
  current: boolean
}

/** Tabs that are addresses of their own. */
export const LinkTabs = ({ tabs, label }: { tabs: LinkTab[]; label: string }) => (
  <nav className="tabs" aria-label={label}>
    {tabs.map((tab) => (
      <Link key={tab.href} href={tab.href} className="tab" aria-current={tab.current ? 'page' : undefined}>
        {tab.label}
        {tab.count === undefined ? null : <span className="n">{tab.count}</span>}
      </Link>
    ))}
  </nav>
)
