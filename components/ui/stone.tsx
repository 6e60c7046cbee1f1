import { type StoneShape, stoneShapes } from './stone-shapes'
import type { Tone } from './tone'

interface Props {
  shape: StoneShape
  /** Missing: the colour of the word around it. */
  tone?: Tone
  size?: number
  /** Said to screen readers where no word stands beside it. */
  label?: string
}

export const Stone = ({ shape, tone, size, label }: Props) => (
  <svg
    className={tone && tone !== 'none' ? `stone ${tone}` : 'stone'}
    viewBox="0 0 16 16"
    {...(size ? { style: { width: size, height: size } } : {})}
    {...(label ? { role: 'img', 'aria-label': label } : { 'aria-hidden': true })}
  >
    {label ? <title>{label}</title> : null}
    {stoneShapes[shape]}
  </svg>
)
