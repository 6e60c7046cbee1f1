import type { ComponentProps, ReactNode } from 'react'
import { Icon } from './icon'
import type { IconName } from './icon-shapes'

interface Props extends ComponentProps<'input'> {
  /** Beside the value, behind a hairline. */
  unit?: string | undefined
  bad?: boolean
  icon?: IconName
  end?: ReactNode
  boxClass?: string
}

export const Input = ({ unit, bad, icon, end, boxClass, ...rest }: Props) => (
  <span className={['input', bad ? 'bad' : '', rest.disabled ? 'off' : '', boxClass].filter(Boolean).join(' ')}>
    {icon ? <Icon name={icon} size={14} /> : null}
    <input autoComplete="off" {...rest} aria-invalid={bad || undefined} />
    {unit ? <span className="unit">{unit}</span> : null}
    {end}
  </span>
)
