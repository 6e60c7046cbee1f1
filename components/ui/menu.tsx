'use client'

import { Menu as Base } from '@base-ui/react/menu'
import Link from 'next/link'
import type { ReactElement, ReactNode } from 'react'
import { Icon } from './icon'
import type { IconName } from './icon-shapes'

export interface MenuItem {
  key: string
  label: ReactNode
  icon?: IconName
  hint?: string
  danger?: boolean
  /** Set: the item is off and says why. */
  why?: string | undefined
  checked?: boolean
  href?: string
  onSelect?: () => void
}

interface Props {
  trigger: ReactElement<Record<string, unknown>>
  /** Groups, divided by a line. */
  groups: MenuItem[][]
  align?: 'start' | 'end'
}

const body = (item: MenuItem) => (
  <>
    {item.checked === undefined ? (
      item.icon ? (
        <Icon name={item.icon} size={14} />
      ) : null
    ) : (
      <span className="tick">{item.checked ? <Icon name="check" size={14} /> : null}</span>
    )}
    <span>
      {item.label}
      {item.why ? <small>{item.why}</small> : null}
    </span>
    {item.hint ? <kbd>{item.hint}</kbd> : null}
  </>
)

const Item = ({ item }: { item: MenuItem }) => {
  const className = `it ${item.why ? 'off' : ''} ${item.danger && !item.why ? 'red' : ''}`
  if (item.href && !item.why)
    return (
      <Base.LinkItem className={className} render={<Link href={item.href} />} closeOnClick>
        {body(item)}
      </Base.LinkItem>
    )
  return (
    <Base.Item
      className={className}
      disabled={item.why !== undefined}
      onClick={() => item.onSelect?.()}
      {...(item.checked === undefined ? {} : { role: 'menuitemradio', 'aria-checked': item.checked })}
    >
      {body(item)}
    </Base.Item>
  )
}

const MenuGroups = ({ groups }: { groups: MenuItem[][] }) =>
  groups
    .filter((group) => group.length > 0)
    .map((group, i) => (
      <div key={group[0]?.key ?? i}>
        {i > 0 ? <hr /> : null}
        {group.map((item) => (
          <Item key={item.key} item={item} />
        ))}
      </div>
    ))

interface UnderProps {
  anchor: HTMLElement
  groups: MenuItem[][]
  onClose: () => void
}

/** An open menu under something that is no trigger of its own; the focus goes back there. */
export const MenuUnder = ({ anchor, groups, onClose }: UnderProps) => (
  <Base.Root modal={false} open onOpenChange={(next) => (next ? undefined : onClose())}>
    <Base.Portal>
      <Base.Positioner anchor={anchor} sideOffset={4} align="end" className="float">
        <Base.Popup className="menu" finalFocus={() => anchor}>
          <MenuGroups groups={groups} />
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
)

export const Menu = ({ trigger, groups, align = 'start' }: Props) => (
  <Base.Root modal={false}>
    <Base.Trigger render={trigger} />
    <Base.Portal>
      <Base.Positioner sideOffset={4} align={align} className="float">
        <Base.Popup className="menu">
          <MenuGroups groups={groups} />
        </Base.Popup>
      </Base.Positioner>
    </Base.Portal>
  </Base.Root>
)
