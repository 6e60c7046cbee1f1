'use client'

import { type KeyboardEvent, useEffect, useRef } from 'react'

interface Props {
  label: string
  checked: boolean
  /** Some of what it stands for, not all. */
  mixed?: boolean
  onToggle: (isRange: boolean) => void
  onKeyDown?: (event: KeyboardEvent<HTMLInputElement>) => void
  rowKey?: string
}

/** A checkbox whose cell is part of it: a finger need not hit the box. */
export function TickBox({ label, checked, mixed = false, onToggle, onKeyDown, rowKey }: Props) {
  const box = useRef<HTMLInputElement>(null)
  useEffect(() => {
    if (box.current) box.current.indeterminate = mixed
  }, [mixed])
  return (
    <input
      ref={box}
      type="checkbox"
      className="tick-box"
      aria-label={label}
      checked={checked}
      data-row={rowKey}
      // The words between two boxes are not what shift is held for.
      onMouseDown={(event) => event.shiftKey && event.preventDefault()}
      onChange={(event) => onToggle((event.nativeEvent as MouseEvent).shiftKey)}
      onKeyDown={onKeyDown}
    />
  )
}
