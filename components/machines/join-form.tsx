'use client'

import { useRouter } from 'next/navigation'
import { type FormEvent, useEffect, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { Switch } from '@/components/ui/switch'
import { type JoinOffer, type JoinPageView, MachineNameSchema, mostUses, reachOf } from '@/lib/machines/join-views'
import type { Act } from '@/lib/views'

export type MakeOffer = Act<
  { pool: string; hub: string; machineName?: string; maxUses?: number; hours?: number; bringOnline?: boolean },
  JoinOffer
>

const hourChoices = [1, 8, 24, 168, 720] as const

interface Ask {
  pool: string
  hub: string
  name: string
  uses: string
  hours: string
  online: boolean
}

/** What is wrong with each field; an empty one is not wrong yet. */
function useErrors({ hub, name, uses }: Ask) {
  const t = useTranslations()
  const count = Number(uses)
  const isCount = Number.isInteger(count) && count >= 1 && count <= mostUses
  const wrongName = MachineNameSchema.safeParse(name).success ? (count > 1 ? t('join.nameForOne') : undefined) : t('join.nameRule')
  return {
    hub: hub !== '' && reachOf(hub) === undefined ? t('join.hubRule') : undefined,
    name: name === '' ? undefined : wrongName,
    uses: isCount ? undefined : t('join.usesRule', { most: mostUses }),
  }
}

/** Which pool, how many machines, how long: then the line is made. */
export function JoinForm({ view, offer, onMade }: { view: JoinPageView; offer: MakeOffer; onMade: (offer: JoinOffer) => void }) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const only = view.pools.length === 1 ? view.pools[0]?.name : undefined
  const [ask, setAsk] = useState<Ask>({ pool: only ?? '', hub: view.hub ?? '', name: '', uses: '1', hours: '1', online: true })
  const { busy, error, run } = useAct()
  const change = (part: Partial<Ask>) => setAsk((before) => ({ ...before, ...part }))
  useEffect(() => {
    // Only the browser knows under which address it came here.
    if (view.hub === null) setAsk((before) => ({ ...before, hub: before.hub || window.location.origin }))
  }, [view.hub])
  const errors = useErrors(ask)
  const why =
    ask.pool === '' ? t('join.poolFirst') : (errors.name ?? errors.uses ?? errors.hub ?? (ask.hub === '' ? t('join.hubRule') : undefined))
  const make = async (event: FormEvent) => {
    event.preventDefault()
    if (why || busy) return
    const { pool, hub, name, uses, hours, online } = ask
    const more = { maxUses: Number(uses), hours: Number(hours), bringOnline: online, ...(name ? { machineName: name } : {}) }
    const answer = await run(() => offer({ pool, hub, ...more }))
    if (!answer.ok) return
    onMade(answer.data)
    router.refresh()
  }
  return (
    <form onSubmit={(event) => void make(event)}>
      <Section title={t('join.what')}>
        {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
        <WhatFields view={view} ask={ask} change={change} errors={errors} />
        <HubField hub={ask.hub} change={change} error={errors.hub} />
      </Section>
      <div className="row mt-3">
        <Button type="submit" tone="primary" icon="plus" why={why} busy={busy}>
          {t('join.make')}
        </Button>
      </div>
    </form>
  )
}

interface FieldsProps {
  view: JoinPageView
  ask: Ask
  change: (part: Partial<Ask>) => void
  errors: ReturnType<typeof useErrors>
}

function WhatFields({ view, ask, change, errors }: FieldsProps) {
  const t = useTranslations()
  const lasts = (hours: number) => (hours < 48 ? t('join.hours', { count: hours }) : t('join.days', { count: hours / 24 }))
  return (
    <>
      <Field id="join-pool" label={t('join.pool')}>
        <Select
          id="join-pool"
          value={ask.pool || null}
          placeholder={t('join.poolFirst')}
          onChange={(pool) => change({ pool })}
          options={view.pools.map(({ name, environment }) => ({ value: name, label: name, note: t(`environment.${environment}`) }))}
        />
      </Field>
      <Field id="join-uses" label={t('join.uses')} help={t('join.usesHelp')} error={errors.uses}>
        <Input
          id="join-uses"
          inputMode="numeric"
          bad={errors.uses !== undefined}
          aria-describedby={describedBy('join-uses', errors.uses, true)}
          value={ask.uses}
          onChange={(event) => change({ uses: event.target.value })}
        />
      </Field>
      <Field id="join-name" label={t('join.name')} help={t('join.nameHelp')} error={errors.name}>
        <Input
          id="join-name"
          spellCheck={false}
          bad={errors.name !== undefined}
          aria-describedby={describedBy('join-name', errors.name, true)}
          value={ask.name}
          onChange={(event) => change({ name: event.target.value })}
        />
      </Field>
      <Field id="join-hours" label={t('join.validFor')}>
        <Select
          id="join-hours"
          value={ask.hours}
          onChange={(hours) => change({ hours })}
          options={hourChoices.map((hours) => ({ value: String(hours), label: lasts(hours) }))}
        />
      </Field>
      <Field id="join-online" label={t('join.online')} help={t('join.onlineHelp')}>
        <div className="row switch-row">
          <Switch id="join-online" checked={ask.online} onChange={(online) => change({ online })} describedBy="join-online-help" />
          <span>{t(ask.online ? 'config.on' : 'config.off')}</span>
        </div>
      </Field>
    </>
  )
}

/** The address as machines reach it, with what it means for them. */
function HubField({ hub, change, error }: { hub: string; change: (part: Partial<Ask>) => void; error: string | undefined }) {
  const t = useTranslations()
  const reach = reachOf(hub)
  const help = reach === 'loopback' ? t('join.loopback') : reach === 'plain' ? t('join.plain') : t('join.hubHelp')
  return (
    <Field id="join-hub" label={t('join.hub')} help={help} error={error}>
      <Input
        id="join-hub"
        spellCheck={false}
        bad={error !== undefined}
        aria-describedby={describedBy('join-hub', error, true)}
        value={hub}
        onChange={(event) => change({ hub: event.target.value })}
      />
    </Field>
  )
}
