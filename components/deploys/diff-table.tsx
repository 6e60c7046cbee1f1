'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { type DiffRow, type Part, splitRows } from './diff-rows'

/** More rows are drawn on request: a plan may render a file of any length. */
const atFirst = 600

const sign = { add: '+', del: '−', same: '' } as const

const Parts = ({ parts }: { parts: Part[] }) => (
  <span>{parts.map((part, i) => (part.marked ? <mark key={i}>{part.text}</mark> : part.text))}</span>
)

const Row = ({ row }: { row: DiffRow }) =>
  row.kind === 'hunk' ? (
    <div className="dl hunk">
      <s />
      <u />
      <i />
      <span>{row.text}</span>
    </div>
  ) : (
    <div className={row.kind === 'same' ? 'dl' : `dl ${row.kind}`}>
      <s>{row.before}</s>
      <u>{row.after}</u>
      <i>{sign[row.kind]}</i>
      <Parts parts={row.parts} />
    </div>
  )

const Half = ({ row, side }: { row: DiffRow | null; side: 'before' | 'after' }) =>
  row && row.kind !== 'hunk' ? (
    <div className={row.kind === 'same' ? 'dl' : `dl ${row.kind}`}>
      <u>{row[side]}</u>
      <Parts parts={row.parts} />
    </div>
  ) : (
    <div className={row ? 'dl hunk' : 'dl none'}>
      <u />
      <span>{row?.kind === 'hunk' && side === 'before' ? row.text : ''}</span>
    </div>
  )

export function DiffTable({ rows, split }: { rows: DiffRow[]; split: boolean }) {
  const t = useTranslations()
  const [shown, setShown] = useState(atFirst)
  const pairs = split ? splitRows(rows) : []
  const count = split ? pairs.length : rows.length
  return (
    <div className={split ? 'dls' : undefined}>
      {split
        ? pairs.slice(0, shown).map((pair, i) => (
            <div key={i} className="pair">
              <Half row={pair.left} side="before" />
              <Half row={pair.right} side="after" />
            </div>
          ))
        : rows.slice(0, shown).map((row, i) => <Row key={i} row={row} />)}
      {count > shown ? (
        <div className="code-note">
          <Button size="sm" onClick={() => setShown(shown + 2000)}>
            {t('plan.moreLines', { count: count - shown })}
          </Button>
        </div>
      ) : null}
    </div>
  )
}
