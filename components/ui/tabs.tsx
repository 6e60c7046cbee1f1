'use client'

import { Tabs as Base } from '@base-ui/react/tabs'
import Link from 'next/link'
import { type ReactNode, useEffect, useRef } from 'react'

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
export function Tabs({ value, onChange, tabs, section }: Props) {
  const open = useRef<HTMLElement>(null)
  // On a phone they are wider than the screen: the open one is in sight, whoever opened it.
  // biome-ignore lint/correctness/useExhaustiveDependencies: the element follows the value.
  useEffect(() => {
    const list = open.current?.parentElement
    if (open.current && list)
      list.scrollLeft = open.current.offsetLeft - list.offsetLeft - list.clientWidth / 2 + open.current.clientWidth / 2
  }, [value])
  return (
    <Base.Root value={value} onValueChange={(next) => onChange(String(next))}>
      <Base.List className={section ? 'tabs sec' : 'tabs'} activateOnFocus={false}>
        {tabs.map((tab) => (
          <Base.Tab key={tab.value} value={tab.value} className="tab" {...(tab.value === value ? { ref: open } : {})}>
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
}

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
