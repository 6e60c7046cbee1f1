'use client'

import { Switch as Base } from '@base-ui/react/switch'

interface Props {
  id: string
  checked: boolean
  onChange: (checked: boolean) => void
  describedBy?: string | undefined
}

export const Switch = ({ id, checked, onChange, describedBy }: Props) => (
  <Base.Root
    id={id}
    checked={checked}
    onCheckedChange={onChange}
    className={checked ? 'toggle on' : 'toggle'}
    aria-describedby={describedBy}
    nativeButton
    render={<button type="button" />}
  />
)
