'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { ButtonLink } from './button'
import { Icon } from './icon'
import { useUrlState } from './use-url-state'

export interface Column<Row> {
  key: string
  head: ReactNode
  cell: (row: Row) => ReactNode
  right?: boolean
  /** Name under which the server sorts by it. */
  sort?: string
  /** Left out below 720 px. */
  wide?: boolean
  className?: string
  /** The column's name in the choice of columns; without one it always shows. */
  choice?: string
}

interface Props<Row> {
  label: string
  columns: Column<Row>[]
  rows: Row[]
  keyOf: (row: Row) => string
  hrefOf?: (row: Row) => string
  /** A row of its own before the first row of each group. */
  groupOf?: (row: Row, before: Row | undefined) => ReactNode
  defaultSort?: string
  inset?: boolean
}

const isControl = (target: EventTarget) => target instanceof Element && target.closest('a,button,input,label,[role="menuitem"]') !== null

function SortHead({ name, fallback, children }: { name: string; fallback: string; children: ReactNode }) {
  const t = useTranslations()
  const url = useUrlState()
  const now = url.get('sort') || fallback
  const direction = now === name ? 'up' : now === `-${name}` ? 'down' : null
  const next = direction === 'up' ? `-${name}` : name
  return (
    <Link
      className={direction ? 'sort' : 'sort off'}
      href={url.hrefWith({ sort: next === fallback ? null : next })}
      scroll={false}
      title={t('ui.sortBy')}
    >
      {children}
      {direction ? <Icon name={direction === 'up' ? 'up-arrow' : 'down-arrow'} size={12} /> : null}
    </Link>
  )
}

const ordered = (now: string, name: string) => (now === name ? 'ascending' : now === `-${name}` ? 'descending' : 'none')

const cellClass = <Row,>(column: Column<Row>) =>
  [column.right ? 'r' : '', column.wide ? 'only-l-c' : '', column.className ?? ''].filter(Boolean).join(' ') || undefined

export function Table<Row>({ label, columns, rows, keyOf, hrefOf, groupOf, defaultSort = '', inset }: Props<Row>) {
  const router = useRouter()
  const url = useUrlState()
  const now = url.get('sort') || defaultSort
  const hidden = url.get('hide').split(',')
  const shown = columns.filter((column) => !column.choice || !hidden.includes(column.key))
  const open = (href: string, event: React.MouseEvent) => {
    if (isControl(event.target) || window.getSelection()?.toString()) return
    if (event.metaKey || event.ctrlKey) window.open(href, '_blank')
    else router.push(href)
  }
  const table = (
    <table className={inset ? 'tbl inset' : 'tbl'} aria-label={label}>
      <thead>
        <tr>
          {shown.map((column) => (
            <th key={column.key} className={cellClass(column)} scope="col" aria-sort={column.sort ? ordered(now, column.sort) : undefined}>
              {column.sort ? (
                <SortHead name={column.sort} fallback={defaultSort}>
                  {column.head}
                </SortHead>
              ) : (
                column.head
              )}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>
        {rows.flatMap((row, i) => {
          const group = groupOf?.(row, rows[i - 1])
          const href = hrefOf?.(row)
          return [
            group ? (
              <tr key={`group ${keyOf(row)}`} className="grp">
                <td colSpan={shown.length}>{group}</td>
              </tr>
            ) : null,
            <tr key={keyOf(row)} className={href ? 'opens' : undefined} onClick={href ? (event) => open(href, event) : undefined}>
              {shown.map((column) => (
                <td key={column.key} className={cellClass(column)}>
                  {column.cell(row)}
                </td>
              ))}
            </tr>,
          ]
        })}
      </tbody>
    </table>
  )
  return inset ? table : <div className="bleed">{table}</div>
}

interface PagerProps {
  next: string | null
  previous: string | null
  children?: ReactNode
}

/** Paging by cursor: a page is found in the same time however deep it lies. */
export function Pager({ next, previous, children }: PagerProps) {
  const t = useTranslations()
  const url = useUrlState()
  return (
    <div className="foot-row">
      <span>{children}</span>
      <span className="grow" />
      {previous || next ? (
        <>
          {previous ? (
            <ButtonLink size="sm" href={url.hrefWith({ before: previous, after: null })}>
              {t('ui.earlier')}
            </ButtonLink>
          ) : (
            <span className="btn sm off">{t('ui.earlier')}</span>
          )}
          {next ? (
            <ButtonLink size="sm" href={url.hrefWith({ after: next, before: null })}>
              {t('ui.later')}
            </ButtonLink>
          ) : (
            <span className="btn sm off">{t('ui.later')}</span>
          )}
        </>
      ) : null}
    </div>
  )
}
