import type { ReactNode } from 'react'
import { Stone } from './stone'
import type { StoneShape } from './stone-shapes'
import type { Tone } from './tone'

interface Props {
  tone: Tone
  shape?: StoneShape
  /** One bold sentence. */
  title: ReactNode
  children?: ReactNode
  /** One way on. */
  acts?: ReactNode
  role?: 'alert' | 'status'
}

const shapes: Record<Tone, StoneShape> = { none: 'unknown', blue: 'turning', green: 'ok', amber: 'ask', red: 'bad' }

export const Notice = ({ tone, shape, title, children, acts, role }: Props) => (
  <div className={`note ${tone === 'none' ? '' : tone}`} role={role}>
    <Stone shape={shape ?? shapes[tone]} tone={tone} />
    <div className="grow">
      <b>{title}</b> {children}
    </div>
    {acts ? <div className="acts">{acts}</div> : null}
  </div>
)
