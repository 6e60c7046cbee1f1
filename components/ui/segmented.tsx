'use client'

import type { ReactNode } from 'react'

interface Props<T extends string> {
  value: T
  onChange: (value: T) => void
  options: readonly { value: T; label: ReactNode }[]
  label: string
}

export const Segmented = <T extends string>({ value, onChange, options, label }: Props<T>) => (
  <fieldset className="seg" aria-label={label}>
    {options.map((option) => (
      <button key={option.value} type="button" aria-pressed={option.value === value} onClick={() => onChange(option.value)}>
        {option.label}
      </button>
    ))}
  </fieldset>
)
