'use client'

import Link from 'next/link'
import type { ComponentProps, ReactNode } from 'react'
import { Icon } from './icon'
import type { IconName } from './icon-shapes'
import { Stone } from './stone'

interface Look {
  tone?: 'primary' | 'plain' | 'ghost' | 'danger' | 'danger-solid'
  size?: 'sm' | 'md' | 'lg'
  icon?: IconName
  /** Only the icon is drawn; this is its name. */
  label?: string
  children?: ReactNode
}

const classOf = ({ tone = 'plain', size = 'md', label, children }: Look, className = '') =>
  ['btn', tone === 'plain' ? '' : tone, size === 'md' ? '' : size, label && !children ? 'icon' : '', className].filter(Boolean).join(' ')

interface ButtonProps extends Look, Omit<ComponentProps<'button'>, 'children' | 'size'> {
  busy?: boolean
  /** Why it cannot be used now. The button stays focusable so that the reason can be read. */
  why?: string | undefined
}

export function Button({ tone, size, icon, label, children, busy, why, className, onClick, type = 'button', ...rest }: ButtonProps) {
  const off = why !== undefined || busy
  return (
    <button
      type={type}
      {...rest}
      className={classOf({ tone, size, label, children } as Look, `${why === undefined ? '' : 'off'} ${className ?? ''}`)}
      aria-label={label}
      aria-disabled={off || undefined}
      aria-busy={busy || undefined}
      title={why ?? rest.title ?? (children ? undefined : label)}
      onClick={off ? (event) => event.preventDefault() : onClick}
    >
      {busy ? <Stone shape="turning" tone="blue" /> : icon ? <Icon name={icon} size={children ? 14 : 16} /> : null}
      {children}
    </button>
  )
}

interface ButtonLinkProps extends Look, Omit<ComponentProps<typeof Link>, 'children'> {}

export function ButtonLink({ tone, size, icon, label, children, className, ...rest }: ButtonLinkProps) {
  return (
    <Link {...rest} className={classOf({ tone, size, label, children } as Look, className)} aria-label={label}>
      {icon ? <Icon name={icon} size={children ? 14 : 16} /> : null}
      {children}
    </Link>
  )
}
