'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { Stone } from '@/components/ui/stone'
import type { RelationOffers } from '@/lib/relations/views'
import type { Act, Environment } from '@/lib/views'

export interface NewOffer {
  organization: string
  application: string
  environment: Environment
  service: string
  interface: string
  to: string
}

interface Props {
  view: RelationOffers
  organizationSlug: string
  applicationSlug: string
  environment: Environment
  offer: Act<NewOffer, { id: string }>
  close: () => void
}

/** Which service is lent, and to whom. The other side hears of it on its own page of relations. */
export function OfferDialog({ view, organizationSlug, applicationSlug, environment, offer, close }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const [what, setWhat] = useState(view.lendable.length === 1 ? '0' : null)
  const [to, setTo] = useState(view.applications.length === 1 ? (view.applications[0]?.slug ?? null) : null)
  const { busy, error, run } = useAct()
  const wrong = error ? failure(error) : undefined
  const lent = what === null ? undefined : view.lendable[Number(what)]
  const ask = async () => {
    if (!lent || !to) return
    const place = { organization: organizationSlug, application: applicationSlug, environment }
    if ((await run(() => offer({ ...place, ...lent, to }))).ok) close()
  }
  return (
    <Dialog
      open
      onClose={close}
      title={
        <span className="row">
          {t('relations.lend')} <EnvironmentTag environment={environment} />
        </span>
      }
      footer={
        <>
          <Button onClick={close}>{t('ui.cancel')}</Button>
          <Button tone="primary" busy={busy} why={lent && to ? undefined : t('relations.chooseBoth')} onClick={() => void ask()}>
            {t('relations.offer')}
          </Button>
        </>
      }
    >
      <Field label={t('services.service')} id="offer-service" help={t('relations.lendHelp')}>
        <Select
          id="offer-service"
          value={what}
          onChange={setWhat}
          placeholder={t('config.choose')}
          options={view.lendable.map((one, i) => ({ value: String(i), label: one.service, note: one.interface }))}
        />
      </Field>
      <Field label={t('relations.toApplication')} id="offer-to">
        <Select
          id="offer-to"
          value={to}
          onChange={setTo}
          placeholder={t('config.choose')}
          options={view.applications.map((one) => ({ value: one.slug, label: one.name }))}
        />
      </Field>
      {wrong ? (
        <p className="st red mt-3" role="alert">
          <Stone shape="bad" />
          {wrong}
        </p>
      ) : null}
    </Dialog>
  )
}
