'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import { useToast } from '@/components/ui/toast'
import type { RelationOffers, RelationOfferView } from '@/lib/relations/views'
import type { Act, Environment, PublicError } from '@/lib/views'
import { type NewOffer, OfferDialog } from './offer-dialog'

interface Ref {
  organization: string
  application: string
  id: string
}

export interface OfferActions {
  offer: Act<NewOffer, { id: string }>
  accept: Act<Ref, void>
  end: Act<Ref, void>
}

interface Props {
  view: RelationOffers
  organizationSlug: string
  applicationSlug: string
  environment: Environment
  actions: OfferActions
}

type Way = 'withdraw' | 'decline' | 'giveBack'
const wayOf = ({ side, acceptedAt }: RelationOfferView): Way => (side === 'giver' ? 'withdraw' : acceptedAt ? 'giveBack' : 'decline')

/** What this application lends to others and what they lend it; nothing is related before both sides said yes. */
export function OffersSection({ view, organizationSlug, applicationSlug, environment, actions }: Props) {
  const t = useTranslations()
  const failure = useFailure()
  const refusal = useRefusal()
  const toast = useToast()
  const [isLending, setLending] = useState(false)
  const [ending, setEnding] = useState<RelationOfferView>()
  const [wrong, setWrong] = useState<string>()
  const ref = (offer: RelationOfferView) => ({ organization: organizationSlug, application: applicationSlug, id: offer.id })
  const close = () => {
    setEnding(undefined)
    setWrong(undefined)
  }
  const accept = async (offer: RelationOfferView) => {
    const result = await actions.accept(ref(offer))
    if (result.ok) toast('green', t('relations.accepted', { name: offer.service }))
    else toast('red', failure(result.error))
  }
  /** Those that cannot be without it are named: they are what to look at next. */
  const whyKept = (error: PublicError) => {
    const names = error.code === 'needed' ? error.details?.services : undefined
    return Array.isArray(names) ? t('relations.neededBy', { names: names.join(', ') }) : failure(error)
  }
  const end = async () => {
    if (!ending) return
    const result = await actions.end(ref(ending))
    if (result.ok) close()
    else setWrong(whyKept(result.error))
  }
  const why = refusal(view.gate)
  const nothing =
    view.lendable.length === 0 ? t('relations.nothingToLend') : view.applications.length === 0 ? t('relations.nobodyToLend') : undefined
  const acts = (offer: RelationOfferView) => (
    <>
      {offer.side === 'taker' && !offer.acceptedAt ? (
        <Button size="sm" why={why} onClick={() => void accept(offer)}>
          {t('relations.accept')}
        </Button>
      ) : null}{' '}
      <button type="button" className="link" disabled={why !== undefined} title={why} onClick={() => setEnding(offer)}>
        {t(`relations.${wayOf(offer)}`)}
      </button>
    </>
  )
  return (
    <Section
      title={t('relations.lent')}
      hint={t('relations.lentHint')}
      end={
        <Button size="sm" why={why ?? nothing} onClick={() => setLending(true)}>
          {t('relations.lend')}
        </Button>
      }
    >
      {view.offers.length > 0 ? (
        <Table
          inset
          label={t('relations.lent')}
          rows={view.offers}
          keyOf={(offer) => offer.id}
          columns={[
            {
              key: 'service',
              head: t('services.service'),
              className: 'name',
              cell: (offer) => (
                <>
                  {offer.service} <span className="mono t3">{offer.interface}</span>
                </>
              ),
            },
            {
              key: 'other',
              head: t('relations.otherSide'),
              cell: (offer) => t(offer.side === 'giver' ? 'relations.to' : 'relations.from', { name: offer.other.name }),
            },
            {
              key: 'state',
              head: t('relations.state'),
              cell: (offer) =>
                offer.acceptedAt ? (
                  <span className="nowrap">
                    {t('relations.isAccepted')} <Ago at={offer.acceptedAt} className="t3 num" />
                  </span>
                ) : (
                  t(offer.side === 'giver' ? 'relations.waitsForThem' : 'relations.waitsForYou')
                ),
            },
            {
              key: 'by',
              head: t('relations.offeredBy'),
              wide: true,
              cell: (offer) => (
                <span className="nowrap">
                  {offer.by.name} <Ago at={offer.at} className="t3 num" />
                </span>
              ),
            },
            { key: 'acts', head: '', right: true, cell: acts },
          ]}
        />
      ) : (
        <p className="t3">{t('relations.nothingLent')}</p>
      )}
      {isLending ? (
        <OfferDialog
          view={view}
          organizationSlug={organizationSlug}
          applicationSlug={applicationSlug}
          environment={environment}
          offer={actions.offer}
          close={() => setLending(false)}
        />
      ) : null}
      {ending ? (
        <DangerDialog
          open
          onClose={close}
          onConfirm={end}
          title={t(`relations.${wayOf(ending)}Name`, { name: ending.service })}
          verb={t(`relations.${wayOf(ending)}`)}
          effects={[{ text: t('relations.endOfferEffect') }]}
          error={wrong}
        />
      ) : null}
    </Section>
  )
}
