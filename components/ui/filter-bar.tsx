'use client'

import { type ReactNode, useEffect, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from './button'
import { Icon } from './icon'
import { Input } from './input'
import { Menu } from './menu'
import { Segmented } from './segmented'
import { useUrlState } from './use-url-state'

export interface Filter {
  key: string
  label: string
  options: readonly { value: string; label: string }[]
}

interface Props {
  placeholder: string
  filters?: Filter[]
  /** A few exclusive views; the first is the default and is not written into the address. */
  views?: { key: string; label: string; options: readonly { value: string; label: ReactNode }[] }
  /** Columns that may be hidden. */
  columns?: readonly { value: string; label: string }[]
}

function SearchBox({ placeholder }: { placeholder: string }) {
  const url = useUrlState()
  const inUrl = url.get('q')
  const [text, setText] = useState(inUrl)
  const box = useRef<HTMLInputElement>(null)
  const timer = useRef<ReturnType<typeof setTimeout>>(undefined)
  useEffect(() => {
    if (document.activeElement !== box.current) setText(inUrl)
  }, [inUrl])
  useEffect(() => () => clearTimeout(timer.current), [])
  const type = (next: string) => {
    setText(next)
    clearTimeout(timer.current)
    timer.current = setTimeout(() => url.set({ q: next.trim() }), 250)
  }
  return (
    <Input
      ref={box}
      boxClass="search"
      icon="filter"
      type="search"
      data-filter-box
      placeholder={placeholder}
      aria-label={placeholder}
      value={text}
      onChange={(event) => type(event.target.value)}
      end={<kbd className="only-l">/</kbd>}
    />
  )
}

function Chip({ filter }: { filter: Filter }) {
  const t = useTranslations()
  const url = useUrlState()
  const set = url.get(filter.key).split(',').filter(Boolean)
  const toggle = (value: string) =>
    url.set({ [filter.key]: (set.includes(value) ? set.filter((one) => one !== value) : [...set, value]).join(',') })
  const shown = filter.options.filter((option) => set.includes(option.value)).map((option) => option.label)
  const on = shown.length > 0
  return (
    <span className={on ? 'chip on' : 'chip'}>
      <Menu
        trigger={
          <button type="button" className="chip-b">
            {on ? null : <Icon name="plus" size={12} />}
            {filter.label}
            {on ? <b>{shown.join(', ')}</b> : null}
          </button>
        }
        groups={[
          filter.options.map((option) => ({
            key: option.value,
            label: option.label,
            checked: set.includes(option.value),
            onSelect: () => toggle(option.value),
          })),
        ]}
      />
      {on ? (
        <button
          type="button"
          className="chip-x"
          aria-label={t('ui.clearFilter', { name: filter.label })}
          onClick={() => url.set({ [filter.key]: null })}
        >
          <Icon name="close" size={12} />
        </button>
      ) : null}
    </span>
  )
}

function Columns({ columns }: { columns: NonNullable<Props['columns']> }) {
  const t = useTranslations()
  const url = useUrlState()
  const hidden = url.get('hide').split(',').filter(Boolean)
  const toggle = (value: string) =>
    url.set({ hide: (hidden.includes(value) ? hidden.filter((one) => one !== value) : [...hidden, value]).join(',') })
  return (
    <Menu
      align="end"
      trigger={
        <Button tone="ghost" size="sm" icon="columns" className="only-l">
          {t('ui.columns')}
        </Button>
      }
      groups={[
        columns.map((column) => ({
          key: column.value,
          label: column.label,
          checked: !hidden.includes(column.value),
          onSelect: () => toggle(column.value),
        })),
      ]}
    />
  )
}

export function FilterBar({ placeholder, filters = [], views, columns }: Props) {
  const url = useUrlState()
  return (
    <search className="tools-row" aria-busy={url.pending}>
      <SearchBox placeholder={placeholder} />
      {views ? (
        <Segmented
          label={views.label}
          value={url.get(views.key) || views.options[0]?.value || ''}
          onChange={(value) => url.set({ [views.key]: value === views.options[0]?.value ? null : value })}
          options={views.options}
        />
      ) : null}
      {filters.map((filter) => (
        <Chip key={filter.key} filter={filter} />
      ))}
      <span className="grow" />
      {columns ? <Columns columns={columns} /> : null}
    </search>
  )
}
