'use client'

import { Input } from './input'

interface Props {
  label: string
  value: string
  onChange: (text: string) => void
}

/** Where a part of what is looked for is typed, above a list inside a page. */
export const FilterInput = ({ label, value, onChange }: Props) => (
  <div className="mb-2">
    <Input
      boxClass="search"
      icon="filter"
      type="search"
      placeholder={label}
      aria-label={label}
      value={value}
      onChange={(event) => onChange(event.target.value)}
    />
  </div>
)
