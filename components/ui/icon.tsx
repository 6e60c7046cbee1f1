import { type IconName, iconShapes } from './icon-shapes'

interface Props {
  name: IconName
  size?: 12 | 14 | 16
}

export const Icon = ({ name, size = 16 }: Props) => (
  <svg className={size === 16 ? 'i' : `i s${size}`} viewBox="0 0 24 24" aria-hidden="true">
    {iconShapes[name]}
  </svg>
)
