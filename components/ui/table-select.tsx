'use client'

import type { KeyboardEvent } from 'react'
import { useTranslations } from 'use-intl'
import { TickBox } from './tick-box'
import type { RowSelection } from './use-selection'

/** The box of the next or previous row; rows of groups have none. */
function boxBeside(box: HTMLInputElement, isDown: boolean): HTMLInputElement | undefined {
  const boxes = [...(box.closest('tbody')?.querySelectorAll<HTMLInputElement>('.tick-box') ?? [])]
  return boxes[boxes.indexOf(box) + (isDown ? 1 : -1)]
}

/** Space is the browser's own; arrows go from row to row, with shift they take the rows along; Escape lets go of all. */
function useArrows(selection: RowSelection) {
  return (event: KeyboardEvent<HTMLInputElement>) => {
    if (event.key === 'Escape') return selection.clear()
    if (event.key !== 'ArrowDown' && event.key !== 'ArrowUp') return
    event.preventDefault()
    const box = event.currentTarget
    const next = boxBeside(box, event.key === 'ArrowDown')
    next?.focus()
    if (event.shiftKey && next) selection.extend(box.dataset.row ?? '', next.dataset.row ?? '')
  }
}

export function SelectPage({ selection }: { selection: RowSelection }) {
  const t = useTranslations()
  return (
    <th className="pick-c" scope="col">
      <TickBox
        label={t('ui.selectPage')}
        checked={selection.page === 'all'}
        mixed={selection.page === 'some'}
        onToggle={selection.togglePage}
      />
    </th>
  )
}

export function SelectRow({ selection, rowKey, name }: { selection: RowSelection; rowKey: string; name: string }) {
  const t = useTranslations()
  const move = useArrows(selection)
  return (
    <td className="pick-c">
      <TickBox
        label={t('ui.selectRow', { name })}
        checked={selection.has(rowKey)}
        rowKey={rowKey}
        onToggle={(isRange) => selection.toggle(rowKey, isRange)}
        onKeyDown={move}
      />
    </td>
  )
}
