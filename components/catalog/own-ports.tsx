'use client'

import { useTranslations } from 'use-intl'
import { Button } from '@/components/ui/button'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import type { AnswerProps } from './own-answers'
import { newPort, type PortDraft } from './own-draft'

const cells = ['name', 'default', 'variable', 'option'] as const

function PortRow({ own, wrongAt, at }: AnswerProps & { at: number }) {
  const t = useTranslations()
  const { ports } = own.draft
  const port = ports[at] as PortDraft
  const wrong = cells.map((key) => wrongAt(`ports.${at}.${key}`)).find(Boolean)
  const set = (next: Partial<PortDraft>) => own.change({ ports: ports.map((one, i) => (i === at ? { ...one, ...next } : one)) })
  return (
    <>
      <div className="own-row four">
        {cells.map((key) => (
          <Input
            key={key}
            className="mono"
            value={port[key]}
            bad={Boolean(wrongAt(`ports.${at}.${key}`))}
            aria-label={t('own.ofPort', { field: t(`own.port.${key}`), n: at + 1 })}
            placeholder={t(`own.portExample.${key}`)}
            spellCheck={false}
            inputMode={key === 'default' ? 'numeric' : undefined}
            onChange={(event) => set({ [key]: event.target.value })}
          />
        ))}
        <Button
          tone="ghost"
          icon="trash"
          label={t('own.removePort', { name: port.name })}
          onClick={() => own.change({ ports: ports.filter((_, i) => i !== at) })}
        />
      </div>
      {wrong ? <p className="own-wrong">{wrong}</p> : null}
    </>
  )
}

/** Where the program listens, and how it is told. */
export function OwnPorts({ own, wrongAt }: AnswerProps) {
  const t = useTranslations()
  const { ports, addressVariable } = own.draft
  const wrong = wrongAt('addressVariable')
  return (
    <section className="fs" id="section-ports">
      <h2>{t('own.ports')}</h2>
      <p>{t('own.portsHelp')}</p>
      <div className="own-rows">
        {ports.length > 0 ? (
          <div className="own-row four names" aria-hidden="true">
            {cells.map((key) => (
              <span key={key}>{t(`own.port.${key}`)}</span>
            ))}
          </div>
        ) : null}
        {ports.map((_, at) => (
          <PortRow key={at} own={own} wrongAt={wrongAt} at={at} />
        ))}
        <Button size="sm" icon="plus" onClick={() => own.change({ ports: [...ports, newPort(ports.length)] })}>
          {t('own.addPort')}
        </Button>
      </div>
      <Field id="own-address" label={t('own.addressVariable')} help={t('own.addressHelp')} error={wrong}>
        <Input
          id="own-address"
          className="mono"
          value={addressVariable}
          placeholder="HOST"
          spellCheck={false}
          bad={Boolean(wrong)}
          aria-describedby={describedBy('own-address', wrong, true)}
          onChange={(event) => own.change({ addressVariable: event.target.value })}
        />
      </Field>
    </section>
  )
}
