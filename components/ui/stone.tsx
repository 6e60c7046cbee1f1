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

export function Stone({ shape, tone, size, label }: Props) {
  const look = {
    className: tone && tone !== 'none' ? `stone ${tone}` : 'stone',
    viewBox: '0 0 16 16',
    ...(size ? { style: { width: size, height: size } } : {}),
  }
  if (!label) {
    return (
      <svg {...look} aria-hidden="true">
        {stoneShapes[shape]}
      </svg>
    )
  }
  return (
    <svg {...look} role="img" aria-label={label}>
      <title>{label}</title>
      {stoneShapes[shape]}
    </svg>
  )
}
