import type { ReactNode } from 'react'

type Kind = 'none-yet' | 'filtered' | 'denied' | 'failed' | 'not-found'

/** 3 × 3 lines and a stone for each reason why there is nothing. */
const pictures: Record<Kind, ReactNode> = {
  'none-yet': <circle cx="30.5" cy="30.5" r="11" fill="var(--surface)" stroke="var(--ctl)" strokeWidth="1.5" strokeDasharray="4 4" />,
  filtered: (
    <>
      <circle cx="30.5" cy="30.5" r="11" fill="var(--surface)" stroke="var(--ctl)" strokeWidth="1.5" />
      <path d="M24.5 27.5h12M27 31h7M29.5 34.5h2" stroke="var(--ctl)" strokeWidth="1.5" strokeLinecap="round" />
    </>
  ),
  denied: (
    <>
      <circle cx="30.5" cy="30.5" r="11" fill="var(--surface)" stroke="var(--ctl)" strokeWidth="1.5" />
      <path d="M22.8 38.2 38.2 22.8" stroke="var(--ctl)" strokeWidth="1.5" />
    </>
  ),
  failed: (
    <>
      <path d="M25.9 19.5h9.2l6.4 6.4v9.2l-6.4 6.4h-9.2l-6.4-6.4v-9.2z" fill="var(--red-dot)" />
      <path d="m26.5 26.5 8 8m0-8-8 8" stroke="var(--surface)" strokeWidth="2" />
    </>
  ),
  'not-found': null,
}

interface Props {
  kind: Kind
  title: ReactNode
  children?: ReactNode
  acts?: ReactNode
  /** The page's own title, where nothing else stands on it. */
  heading?: 'h1' | 'h3'
}

export const Void = ({ kind, title, children, acts, heading: Heading = 'h3' }: Props) => (
  <div className="void-b" role={kind === 'failed' ? 'alert' : undefined}>
    <svg className="pic" viewBox="0 0 61 61" aria-hidden="true">
      <path d="M10.5 0v61M30.5 0v61M50.5 0v61M0 10.5h61M0 30.5h61M0 50.5h61" stroke="currentColor" fill="none" />
      {pictures[kind]}
    </svg>
    <Heading className="title">{title}</Heading>
    {children ? <p>{children}</p> : null}
    {acts ? <div className="acts">{acts}</div> : null}
  </div>
)
