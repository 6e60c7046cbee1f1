'use client'

import { Toast as Base } from '@base-ui/react/toast'
import type { ReactNode } from 'react'
import { useTranslations } from 'use-intl'
import { Icon } from './icon'
import { Stone } from './stone'
import type { Tone } from './tone'

/** Only for what is not visible otherwise. */
export function useToast() {
  const manager = Base.useToastManager()
  return (tone: Tone, title: string, action?: { label: string; onClick: () => void }) =>
    manager.add({
      type: tone,
      title,
      priority: tone === 'red' ? 'high' : 'low',
      ...(action ? { actionProps: { children: action.label, onClick: action.onClick } } : {}),
    })
}

const shapes = { green: 'ok', red: 'bad', amber: 'ask', blue: 'turning', none: 'dot' } as const

function Toasts() {
  const { toasts } = Base.useToastManager()
  const t = useTranslations()
  return toasts.map((toast) => {
    const tone = (toast.type ?? 'none') as Tone
    return (
      <Base.Root key={toast.id} toast={toast} className="toast">
        <Stone shape={shapes[tone]} tone={tone} />
        <Base.Title className="grow" />
        {toast.actionProps ? <Base.Action className="btn sm" /> : null}
        <Base.Close className="btn ghost sm icon" aria-label={t('ui.close')}>
          <Icon name="close" size={14} />
        </Base.Close>
      </Base.Root>
    )
  })
}

export const ToastProvider = ({ children }: { children: ReactNode }) => (
  <Base.Provider limit={3} timeout={6000}>
    {children}
    <Base.Portal>
      <Base.Viewport className="toasts">
        <Toasts />
      </Base.Viewport>
    </Base.Portal>
  </Base.Provider>
)
