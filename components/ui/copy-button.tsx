'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Button } from './button'

/** Copies an id, a hash, a command; says so for a moment. */
export function CopyButton({ text, children }: { text: string; children?: string }) {
  const t = useTranslations()
  const [copied, setCopied] = useState(false)
  const copy = async () => {
    await navigator.clipboard.writeText(text)
    setCopied(true)
    setTimeout(() => setCopied(false), 1500)
  }
  return (
    <Button tone="ghost" size="sm" icon={copied ? 'check' : 'copy'} label={t(copied ? 'ui.copied' : 'ui.copy')} onClick={() => void copy()}>
      {children}
    </Button>
  )
}
