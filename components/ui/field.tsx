import type { ReactNode } from 'react'
import { Stone } from './stone'

interface Props {
  label: ReactNode
  /** The key of the value, in mono below the label. */
  name?: string
  id: string
  help?: ReactNode
  error?: string | undefined
  children: ReactNode
}

/** Label and key left, control right, help or error below it. Ids: `<id>-help` and `<id>-error`. */
export const Field = ({ label, name, id, help, error, children }: Props) => (
  <div className="field">
    <div className="lab">
      <label htmlFor={id}>{label}</label>
      {name ? <small>{name}</small> : null}
    </div>
    {children}
    {error ? (
      <div className="err" id={`${id}-error`} role="alert">
        <Stone shape="bad" tone="red" />
        {error}
      </div>
    ) : help ? (
      <div className="help" id={`${id}-help`}>
        {help}
      </div>
    ) : null}
  </div>
)

export const describedBy = (id: string, error: unknown, help: unknown) => (error ? `${id}-error` : help ? `${id}-help` : undefined)
