'use client'

import { type ReactNode, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from './button'
import { Dialog } from './dialog'
import { Stone } from './stone'

export interface Effect {
  text: ReactNode
  /** Data is lost by it. */
  lost?: boolean
}

interface Props {
  open: boolean
  onClose: () => void
  onConfirm: (typed: string) => Promise<void> | void
  title: ReactNode
  children?: ReactNode
  effects: Effect[]
  /** Verb and count: "Remove 3 units". */
  verb: ReactNode
  /** Set only when data is lost: the name to type. */
  typed?: string | undefined
  why?: string | undefined
  solid?: boolean
  error?: string | undefined
  /** It has a list to decide about. */
  wide?: boolean
}

/** Shows what will happen, focuses Cancel, asks for a typed name only when data is lost. */
export function DangerDialog({
  open,
  onClose,
  onConfirm,
  title,
  children,
  effects,
  verb,
  typed,
  why,
  solid = true,
  error,
  wide = false,
}: Props) {
  const t = useTranslations()
  const cancel = useRef<HTMLButtonElement>(null)
  const [text, setText] = useState('')
  const [busy, setBusy] = useState(false)
  const blocked = why ?? (typed && text !== typed ? t('ui.typeFirst', { name: typed }) : undefined)
  const confirm = async () => {
    setBusy(true)
    await Promise.resolve(onConfirm(text)).finally(() => setBusy(false))
  }
  return (
    <Dialog
      open={open}
      onClose={onClose}
      title={title}
      focus={cancel}
      wide={wide}
      footer={
        <>
          <Button ref={cancel} onClick={onClose}>
            {t('ui.cancel')}
          </Button>
          <Button tone={solid ? 'danger-solid' : 'primary'} why={blocked} busy={busy} onClick={() => void confirm()}>
            {verb}
          </Button>
        </>
      }
    >
      {children}
      <ul className="plain tight effects-l">
        {effects.map((effect, i) => (
          <li key={i}>
            <Stone shape={effect.lost ? 'warn' : 'dash'} tone={effect.lost ? 'red' : 'none'} />
            <span className="grow">{effect.text}</span>
          </li>
        ))}
      </ul>
      {typed ? (
        <label className="typed">
          <span>{t.rich('ui.typeToGoOn', { name: () => <code>{typed}</code> })}</span>
          <span className="input">
            <input value={text} onChange={(event) => setText(event.target.value)} autoComplete="off" spellCheck={false} />
          </span>
        </label>
      ) : null}
      {error ? (
        <p className="err-line" role="alert">
          <Stone shape="bad" tone="red" />
          {error}
        </p>
      ) : null}
    </Dialog>
  )
}
