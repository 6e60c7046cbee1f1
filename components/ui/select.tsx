'use client'

import { Select as Base } from '@base-ui/react/select'
import type { ReactNode } from 'react'
import { Icon } from './icon'

export interface Option {
  value: string
  label: ReactNode
  /** Beside the label, grey: "default". */
  note?: ReactNode
  why?: string | undefined
}

interface Props {
  id: string
  value: string | null
  onChange: (value: string) => void
  options: readonly Option[]
  placeholder?: string
  bad?: boolean
  describedBy?: string | undefined
  label?: string
}

const text = (option: Option | undefined) =>
  option ? (
    <span className="row">
      {option.label}
      {option.note ? <span className="t3">{option.note}</span> : null}
    </span>
  ) : null

export const Select = ({ id, value, onChange, options, placeholder, bad, describedBy, label }: Props) => (
  <Base.Root value={value} onValueChange={(next) => (next === null ? undefined : onChange(next))}>
    <Base.Trigger
      id={id}
      className={bad ? 'input pick bad' : 'input pick'}
      aria-describedby={describedBy}
      aria-label={label}
      aria-invalid={bad || undefined}
    >
      <Base.Value>
        {(current: string | null) => text(options.find((option) => option.value === current)) ?? <span className="t3">{placeholder}</span>}
      </Base.Value>
      <Icon name="chevron-down" size={14} />
    </Base.Trigger>
    <Base.Portal>
      <Base.Positioner className="float" sideOffset={4} alignItemWithTrigger={false}>
        <Base.Popup className="menu wide">
          {options.map((option) => (
            <Base.Item key={option.value} value={option.value} disabled={option.why !== undefined} className={option.why ? 'it off' : 'it'}>
              <span className="tick">
                <Base.ItemIndicator>
                  <Icon name="check" size={14} />
                </Base.ItemIndicator>
              </span>
              <Base.ItemText>
                {text(option)}
                {option.why ? <small>{option.why}</small> : null}
              </Base.ItemText>
            </Base.Item>
          ))}
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
)
