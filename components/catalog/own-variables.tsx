'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { TickBox } from '@/components/ui/tick-box'
import type { AnswerProps } from './own-answers'
import { newVariable, type VariableDraft } from './own-draft'

function VariableRow({ own, wrongAt, at }: AnswerProps & { at: number }) {
  const t = useTranslations()
  const { variables } = own.draft
  const variable = variables[at] as VariableDraft
  const wrong = wrongAt(`variables.${at}.name`)
  const set = (next: Partial<VariableDraft>) => own.change({ variables: variables.map((one, i) => (i === at ? { ...one, ...next } : one)) })
  const of = (field: string) => t('own.ofVariable', { field, n: at + 1 })
  return (
    <>
      <div className="own-row vars">
        <Input
          className="mono"
          value={variable.name}
          bad={Boolean(wrong)}
          aria-label={of(t('own.variableName'))}
          placeholder="LOG_LEVEL"
          spellCheck={false}
          onChange={(event) => set({ name: event.target.value })}
        />
        <Input
          className="mono"
          value={variable.isSecret ? '' : variable.default}
          disabled={variable.isSecret}
          aria-label={of(t('config.defaultValue'))}
          maxLength={4000}
          placeholder={variable.isSecret ? t('own.secretLater') : t('own.noDefault')}
          spellCheck={false}
          onChange={(event) => set({ default: event.target.value })}
        />
        <span className="own-tick">
          <TickBox label={of(t('own.secret'))} checked={variable.isSecret} onToggle={() => set({ isSecret: !variable.isSecret })} />
          <span aria-hidden="true">{t('own.secret')}</span>
        </span>
        <span className="own-tick">
          <TickBox label={of(t('own.required'))} checked={variable.isRequired} onToggle={() => set({ isRequired: !variable.isRequired })} />
          <span aria-hidden="true">{t('own.required')}</span>
        </span>
        <Button
          tone="ghost"
          icon="trash"
          label={t('own.removeVariable', { name: variable.name || String(at + 1) })}
          onClick={() => own.change({ variables: variables.filter((_, i) => i !== at) })}
        />
      </div>
      {wrong ? <p className="own-wrong">{wrong}</p> : null}
    </>
  )
}

/** What the program is told by its environment. Values are filled in per service; secrets never stand here. */
export function OwnVariables({ own, wrongAt }: AnswerProps) {
  const t = useTranslations()
  const { variables } = own.draft
  return (
    <section className="fs" id="section-variables">
      <h2>{t('own.variables')}</h2>
      <p>{t('own.variablesHelp')}</p>
      <div className="own-rows">
        {variables.map((_, at) => (
          <VariableRow key={at} own={own} wrongAt={wrongAt} at={at} />
        ))}
        <Button size="sm" icon="plus" onClick={() => own.change({ variables: [...variables, newVariable()] })}>
          {t('own.addVariable')}
        </Button>
      </div>
    </section>
  )
}
