'use client'

import { type MouseEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Icon } from './icon'
import { type MenuItem, MenuUnder } from './menu'

interface Opened {
  key: string
  anchor: HTMLElement
}

/** One menu for all rows: only the open one is made. */
export function useRowMenu() {
  const [opened, setOpened] = useState<Opened | null>(null)
  return {
    openKey: opened?.key ?? null,
    open: (key: string) => (event: MouseEvent<HTMLElement>) => {
      const anchor = event.currentTarget
      setOpened((before) => (before?.key === key ? null : { key, anchor }))
    },
    menu: (groupsOf: (key: string) => MenuItem[][]) =>
      opened ? <MenuUnder anchor={opened.anchor} groups={groupsOf(opened.key)} onClose={() => setOpened(null)} /> : null,
  }
}

interface Props {
  name: string
  isOpen: boolean
  onOpen: (event: MouseEvent<HTMLElement>) => void
}

export function RowMenuButton({ name, isOpen, onOpen }: Props) {
  const t = useTranslations()
  return (
    <button
      type="button"
      className="btn ghost sm icon row-menu"
      aria-label={t('ui.moreOf', { name })}
      aria-haspopup="menu"
      aria-expanded={isOpen}
      onClick={onOpen}
    >
      <Icon name="more" size={14} />
    </button>
  )
}
