import type { ReactNode } from 'react'

export interface Option {
  value: string
  label: ReactNode
  /** Beside the label, grey: "default". */
  note?: ReactNode
  why?: string | undefined
}

export interface SelectProps {
  id: string
  value: string | null
  onChange: (value: string) => void
  options: readonly Option[]
  placeholder?: string
  bad?: boolean
  describedBy?: string | undefined
  label?: string
}

export const OptionText = ({ option: { label, note } }: { option: Option }) => (
  <span className="row">
    {label}
    {note ? <span className="t3">{note}</span> : null}
  </span>
)
