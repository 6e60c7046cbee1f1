'use client'

import { useRef } from 'react'
import { useTranslations } from 'use-intl'
import { CopyButton } from '@/components/ui/copy-button'
import { Stone } from '@/components/ui/stone'
import type { LineError } from './draft-yaml'

interface Props {
  fileName: string
  text: string
  onChange: (text: string) => void
  errors: LineError[]
  /** What the text is; else the values of the form. */
  label?: string
  hint?: string
  /** What to say when nothing is wrong. */
  fine?: string
}

/** The same values as the form, as text; what is wrong is told with its line. */
export function YamlEditor({ fileName, text, onChange, errors, label, hint, fine }: Props) {
  const t = useTranslations()
  const numbers = useRef<HTMLDivElement>(null)
  const count = text.split('\n').length
  const bad = new Set(errors.map((error) => error.line))
  return (
    <div className="panel">
      <div className="panel-h">
        <span className="mono">{fileName}</span>
        <span className="t3 f12 only-l">{hint ?? t('config.yamlHint')}</span>
        <span className="grow" />
        <CopyButton text={text} />
      </div>
      <div className="code yaml-e">
        <div className="nos" ref={numbers} aria-hidden="true">
          {Array.from({ length: count }, (_, i) => (
            <div key={i} className={bad.has(i + 1) ? 'bad' : undefined}>
              {i + 1}
            </div>
          ))}
        </div>
        <textarea
          aria-label={label ?? t('config.yaml')}
          spellCheck={false}
          value={text}
          rows={Math.max(16, count + 1)}
          wrap="off"
          onChange={(event) => onChange(event.target.value)}
        />
      </div>
      <div className="log-f col">
        {errors.length === 0 ? (
          <span>{fine ?? t('config.yamlChecked')}</span>
        ) : (
          errors.slice(0, 5).map((error) => (
            <span key={`${error.line} ${error.message}`} className="row text-red" role="alert">
              <Stone shape="bad" tone="red" size={12} />
              {t('config.lineError', { line: error.line, message: error.message })}
            </span>
          ))
        )}
      </div>
    </div>
  )
}
