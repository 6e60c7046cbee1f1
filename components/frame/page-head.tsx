import type { ReactNode } from 'react'

interface Props {
  title: ReactNode
  /** Badge and environment, in one line with the title. */
  marks?: ReactNode
  /** Who, what, why. */
  sub?: ReactNode
  /** Right; one ink button a page. On a phone they stand in `ActBar`. */
  acts?: ReactNode
}

export const PageHead = ({ title, marks, sub, acts }: Props) => (
  <div className="head">
    <div className="line">
      <h1>{title}</h1>
      {marks}
    </div>
    {acts ? <div className="acts">{acts}</div> : null}
    {sub ? <div className="sub">{sub}</div> : null}
  </div>
)

/** The actions of a page on a phone: fixed to the bottom, within reach of a thumb. */
export const ActBar = ({ children }: { children: ReactNode }) => <div className="act-bar only-s">{children}</div>
