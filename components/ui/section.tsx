import type { ReactNode } from 'react'

interface Props {
  title: ReactNode
  hint?: ReactNode
  end?: ReactNode
  children: ReactNode
  /** The first section of a column has no gap above. */
  first?: boolean
  id?: string
}

export const Section = ({ title, hint, end, children, first, id }: Props) => (
  <section className={first ? '' : 'sec'} id={id}>
    <div className="sec-h">
      <h2>{title}</h2>
      {hint ? <span className="hint">{hint}</span> : null}
      {end ? <div className="end">{end}</div> : null}
    </div>
    {children}
  </section>
)

/** A section of the rail: a head close to its content. */
export const RailSection = ({ title, end, children }: { title: ReactNode; end?: ReactNode; children: ReactNode }) => (
  <section>
    <div className="row between mb-1.5">
      <h2>{title}</h2>
      {end ? <span className="t3 f12">{end}</span> : null}
    </div>
    {children}
  </section>
)
