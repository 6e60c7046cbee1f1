'use client'

import { useTranslations } from 'use-intl'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import type { AnswerProps } from './own-answers'

function HttpFields({ own, wrongAt }: AnswerProps) {
  const t = useTranslations()
  const { draft, change } = own
  const wrong = { port: wrongAt('check.port'), path: wrongAt('check.path'), status: wrongAt('check.status') }
  return (
    <>
      <Field id="own-check-port" label={t('own.port.name')} error={wrong.port}>
        <Select
          id="own-check-port"
          value={draft.checkPort}
          bad={Boolean(wrong.port)}
          onChange={(checkPort) => change({ checkPort })}
          options={draft.ports.filter(({ name }) => name !== '').map(({ name }) => ({ value: name, label: name }))}
        />
      </Field>
      <Field id="own-check-path" label={t('own.checkPath')} error={wrong.path}>
        <Input
          id="own-check-path"
          className="mono"
          value={draft.checkPath}
          placeholder="/healthz"
          spellCheck={false}
          bad={Boolean(wrong.path)}
          aria-describedby={describedBy('own-check-path', wrong.path, false)}
          onChange={(event) => change({ checkPath: event.target.value })}
        />
      </Field>
      <Field id="own-check-status" label={t('own.checkStatus')} help={t('own.checkStatusHelp')} error={wrong.status}>
        <Input
          id="own-check-status"
          boxClass="narrow"
          inputMode="numeric"
          value={draft.checkStatus}
          bad={Boolean(wrong.status)}
          aria-describedby={describedBy('own-check-status', wrong.status, true)}
          onChange={(event) => change({ checkStatus: event.target.value })}
        />
      </Field>
    </>
  )
}

/** How Tengen knows that the program works. */
export function OwnCheck({ own, wrongAt }: AnswerProps) {
  const t = useTranslations()
  const { draft, change } = own
  const wrong = wrongAt('check.run')
  return (
    <section className="fs" id="section-check">
      <h2>{t('own.check')}</h2>
      <p>{t('own.checkAbout')}</p>
      <Field id="own-check" label={t('own.checkBy')} help={t(`own.checkHelp.${draft.check}`)}>
        <div id="own-check">
          <Segmented
            label={t('own.checkBy')}
            value={draft.check}
            onChange={(check) => change({ check })}
            options={(['ports', 'http', 'command'] as const).map((value) => ({ value, label: t(`own.checkKind.${value}`) }))}
          />
        </div>
      </Field>
      {draft.check === 'http' ? <HttpFields own={own} wrongAt={wrongAt} /> : null}
      {draft.check === 'command' ? (
        <Field id="own-check-command" label={t('own.field.command')} error={wrong}>
          <Input
            id="own-check-command"
            className="mono"
            value={draft.checkCommand}
            spellCheck={false}
            bad={Boolean(wrong)}
            aria-describedby={describedBy('own-check-command', wrong, false)}
            onChange={(event) => change({ checkCommand: event.target.value })}
          />
        </Field>
      ) : null}
    </section>
  )
}
