import { Fragment, type ReactNode } from 'react'

/** Label over value, hairlines between, edge to edge. */
export const Facts = ({ facts }: { facts: (readonly [label: ReactNode, value: ReactNode] | null)[] }) => (
  <dl className="facts">
    {facts.map((fact, i) =>
      fact ? (
        <div key={i}>
          <dt>{fact[0]}</dt>
          <dd>{fact[1]}</dd>
        </div>
      ) : null,
    )}
  </dl>
)

export const KeyValues = ({ rows }: { rows: (readonly [label: ReactNode, value: ReactNode] | null)[] }) => (
  <dl className="kv">
    {rows.map((row, i) =>
      row ? (
        <Fragment key={i}>
          <dt>{row[0]}</dt>
          <dd>{row[1]}</dd>
        </Fragment>
      ) : null,
    )}
  </dl>
)
