'use client'

import { Switch as Base } from '@base-ui/react/switch'

interface Props {
  id: string
  checked: boolean
  onChange: (checked: boolean) => void
  describedBy?: string | undefined
  /** Where no label stands beside it. */
  label?: string
}

export const Switch = ({ id, checked, onChange, describedBy, label }: Props) => (
  <Base.Root
    id={id}
    checked={checked}
    onCheckedChange={onChange}
    className={checked ? 'toggle on' : 'toggle'}
    aria-describedby={describedBy}
    aria-label={label}
    nativeButton
    render={<button type="button" />}
  />
)
