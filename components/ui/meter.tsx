import type { CSSProperties, ReactNode } from 'react'

const share = (percent: number) => ({ '--v': `${Math.max(0, Math.min(100, percent))}%` }) as CSSProperties

/** A share in a table: grey, ink above 70 %. */
export const Meter = ({ percent, children }: { percent: number; children?: ReactNode }) => (
  <span className={percent > 70 ? 'meter hot' : 'meter'}>
    <i style={share(percent)} />
    <span className="num t3">{children ?? `${Math.round(percent)} %`}</span>
  </span>
)

export const Progress = ({
  percent,
  tone = 'blue',
  width,
  label,
}: {
  percent: number
  tone?: 'blue' | 'flat' | 'green' | 'red'
  width?: number
  label: string
}) => (
  <div
    className={`prog ${tone === 'blue' ? '' : tone}`}
    style={{ ...share(percent), ...(width ? { width } : {}) }}
    role="progressbar"
    aria-label={label}
    aria-valuenow={Math.round(percent)}
    aria-valuemin={0}
    aria-valuemax={100}
  >
    <i />
  </div>
)
