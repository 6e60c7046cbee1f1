'use client'

import { type ReactNode, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from './button'
import { FilterInput } from './filter-input'

const step = 50

interface Props<Row> {
  rows: readonly Row[]
  /** What a row is found by, where there are many. */
  wordsOf?: (row: Row) => string
  children: (shown: Row[]) => ReactNode
}

/** Of a list inside a page, so many as one looks at; the rest by typing a part of it, or by asking for more. */
export function Some<Row>({ rows, wordsOf, children }: Props<Row>) {
  const t = useTranslations()
  const [text, setText] = useState('')
  const [most, setMost] = useState(step)
  const wanted = text.trim().toLowerCase()
  const found = wanted && wordsOf ? rows.filter((row) => wordsOf(row).toLowerCase().includes(wanted)) : rows
  return (
    <>
      {wordsOf && rows.length > step ? <FilterInput label={t('keys.filter')} value={text} onChange={setText} /> : null}
      {found.length > 0 || !wanted ? children(found.slice(0, most)) : <p className="t3">{t('ui.noMatch')}</p>}
      {found.length > most ? (
        <p className="row mt-2">
          <Button size="sm" onClick={() => setMost(most + 4 * step)}>
            {t('ui.showMore', { shown: most, count: found.length })}
          </Button>
        </p>
      ) : null}
    </>
  )
}
