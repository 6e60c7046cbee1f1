'use client'

import { Dialog as Base } from '@base-ui/react/dialog'
import { type ReactNode, type RefObject, useId } from 'react'

interface Props {
  open: boolean
  onClose: () => void
  title: ReactNode
  children: ReactNode
  footer: ReactNode
  /** Where focus goes when it opens; a danger dialog says Cancel. */
  focus?: RefObject<HTMLElement | null>
  wide?: boolean
}

export function Dialog({ open, onClose, title, children, footer, focus, wide }: Props) {
  const id = useId()
  return (
    <Base.Root open={open} onOpenChange={(next) => (next ? undefined : onClose())}>
      <Base.Portal>
        <Base.Backdrop className="scrim" />
        <Base.Popup
          className={wide ? 'dialog float-c wide' : 'dialog float-c'}
          aria-labelledby={id}
          {...(focus ? { initialFocus: focus } : {})}
        >
          <header>
            <Base.Title id={id} className="title">
              {title}
            </Base.Title>
          </header>
          <div>{children}</div>
          <footer>{footer}</footer>
        </Base.Popup>
      </Base.Portal>
    </Base.Root>
  )
}
