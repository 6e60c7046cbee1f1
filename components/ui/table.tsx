'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import type { MouseEvent, ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { ButtonLink } from './button'
import { Icon } from './icon'
import type { MenuItem } from './menu'
import { RowMenuButton, useRowMenu } from './row-menu'
import { Some } from './some'
import { SelectPage, SelectRow } from './table-select'
import type { RowSelection } from './use-selection'
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
  /** Rows may be chosen. */
  select?: RowSelection | undefined
  /** How a row is called where only its box or its menu is meant. */
  nameOf?: (row: Row) => string
  menuOf?: (row: Row) => MenuItem[][]
}

interface HeadProps<Row> {
  columns: Column<Row>[]
  defaultSort: string
  select: RowSelection | undefined
  hasMenu: boolean
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

/** A click anywhere on a row opens it; one on a control, or that marked text, does not. */
function useOpen() {
  const router = useRouter()
  return (href: string) => (event: MouseEvent) => {
    if (isControl(event.target) || window.getSelection()?.toString()) return
    if (event.metaKey || event.ctrlKey) window.open(href, '_blank')
    else router.push(href)
  }
}

function Head<Row>({ columns, defaultSort, select, hasMenu }: HeadProps<Row>) {
  const t = useTranslations()
  const now = useUrlState().get('sort') || defaultSort
  return (
    <thead>
      <tr>
        {select ? <SelectPage selection={select} /> : null}
        {columns.map((column) => (
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
        {hasMenu ? (
          <th className="menu-c only-l-c" scope="col">
            <span className="vh">{t('ui.more')}</span>
          </th>
        ) : null}
      </tr>
    </thead>
  )
}

/** Of many rows that no server pages, so many as one looks at. */
export function Table<Row>({ findBy, ...props }: Props<Row> & { findBy?: (row: Row) => string }) {
  return findBy ? (
    <Some rows={props.rows} wordsOf={findBy}>
      {(rows) => <AllRows {...props} rows={rows} />}
    </Some>
  ) : (
    <AllRows {...props} />
  )
}

function AllRows<Row>(props: Props<Row>) {
  const { label, columns, rows, keyOf, hrefOf, groupOf, defaultSort = '', inset, select, nameOf = keyOf, menuOf } = props
  const open = useOpen()
  const hidden = useUrlState().get('hide').split(',')
  const rowMenu = useRowMenu()
  const shown = columns.filter((column) => !column.choice || !hidden.includes(column.key))
  const rowOf = (row: Row) => {
    const key = keyOf(row)
    const href = hrefOf?.(row)
    return (
      <tr
        key={key}
        className={href ? 'opens' : undefined}
        aria-selected={select?.has(key) || undefined}
        onClick={href ? open(href) : undefined}
      >
        {select ? <SelectRow selection={select} rowKey={key} name={nameOf(row)} /> : null}
        {shown.map((column) => (
          <td key={column.key} className={cellClass(column)}>
            {column.cell(row)}
          </td>
        ))}
        {menuOf ? (
          <td className="menu-c only-l-c">
            <RowMenuButton name={nameOf(row)} isOpen={rowMenu.openKey === key} onOpen={rowMenu.open(key)} />
          </td>
        ) : null}
      </tr>
    )
  }
  const table = (
    <table className={inset ? 'tbl inset' : 'tbl'} aria-label={label}>
      <Head columns={shown} defaultSort={defaultSort} select={select} hasMenu={menuOf !== undefined} />
      <tbody>
        {rows.flatMap((row, i) => {
          const group = groupOf?.(row, rows[i - 1])
          return [
            group ? (
              <tr key={`group ${keyOf(row)}`} className="grp">
                <td colSpan={shown.length + (select ? 1 : 0) + (menuOf ? 1 : 0)}>{group}</td>
              </tr>
            ) : null,
            rowOf(row),
          ]
        })}
      </tbody>
    </table>
  )
  const menu = rowMenu.menu((key) => {
    const row = rows.find((one) => keyOf(one) === key)
    return row && menuOf ? menuOf(row) : []
  })
  return (
    <>
      {inset ? table : <div className="bleed">{table}</div>}
      {menu}
    </>
  )
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
