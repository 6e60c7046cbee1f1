'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Until } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { CopyButton } from '@/components/ui/copy-button'
import { Dialog } from '@/components/ui/dialog'
import { describedBy, Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { Notice } from '@/components/ui/notice'
import { Select } from '@/components/ui/select'
import type { MadeToken, ScopeName, TokensView } from '@/lib/tokens/views'
import type { Act } from '@/lib/views'
import { type CliAsk, handOver } from './cli-ask'
import { ScopePicker } from './scope-picker'
import { everywhere, placeChoices, type TokenPlace } from './token-place'

export interface TokenAsk extends TokenPlace {
  name: string
  scopes: ScopeName[]
  days: number
}

export type MakeToken = Act<TokenAsk, MadeToken>

const lives = [7, 30, 90, 365]

/** A token for a program. It is shown once, and ends by itself. */
export function TokenDialog({
  view,
  make,
  close,
  cli,
}: {
  view: TokensView
  make: MakeToken
  close: () => void
  cli?: CliAsk | undefined
}) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const [name, setName] = useState(cli ? t('tokens.cliName', { on: cli.on }) : '')
  const [scopes, setScopes] = useState<ScopeName[]>(
    view.scopes.filter((one) => (cli ? one !== 'manage' && one !== 'platform' : one === 'read')),
  )
  const [days, setDays] = useState(90)
  const [where, setWhere] = useState(everywhere)
  const [service, setService] = useState(everywhere)
  const [made, setMade] = useState<MadeToken | null>(null)
  const { busy, error, run } = useAct()
  const places = placeChoices(view, t('tokens.everywhere'), t('tokens.wholeOrganization'))
  const place = places.find((one) => one.value === where) ?? places[0]
  const services = place?.services ?? []
  const send = async () => {
    const limits = { ...place?.limits, ...(service === everywhere ? {} : { services: [service] }) }
    const answer = await run(() => make({ name: name.trim(), scopes, days, ...limits }))
    if (!answer.ok) return
    if (cli) return handOver(cli, answer.data.token)
    setMade(answer.data)
    router.refresh()
  }
  const why = name.trim() === '' ? t('tokens.nameFirst') : scopes.length === 0 ? t('tokens.scopeFirst') : undefined
  return (
    <Dialog
      open
      wide
      onClose={close}
      title={made ? t('tokens.made', { name: name.trim() }) : cli ? t('tokens.cliTitle', { on: cli.on }) : t('tokens.make')}
      footer={
        made ? (
          <Button tone="primary" onClick={close}>
            {t('tokens.kept')}
          </Button>
        ) : (
          <>
            <Button onClick={close}>{t('ui.cancel')}</Button>
            <Button tone="primary" busy={busy} why={why} onClick={() => void send()}>
              {t('tokens.makeIt')}
            </Button>
          </>
        )
      }
    >
      {made ? (
        <Made made={made} />
      ) : (
        <>
          {error ? (
            <Notice tone="red" role="alert" title={failure(error)}>
              {error.message}
            </Notice>
          ) : null}
          {cli ? <p className="t2 mb-3">{t('tokens.cliHelp')}</p> : null}
          <Field id="token-name" label={t('tokens.name')} help={t('tokens.nameHelp')}>
            <Input
              id="token-name"
              maxLength={80}
              aria-describedby={describedBy('token-name', undefined, true)}
              value={name}
              onChange={(event) => setName(event.target.value)}
            />
          </Field>
          <ScopePicker scopes={view.scopes} chosen={scopes} choose={setScopes} isShared={view.organization !== null} />
          <Field id="token-where" label={t('tokens.where')} help={t('tokens.whereHelp')}>
            <Select
              id="token-where"
              value={place?.value ?? null}
              onChange={(next) => {
                setWhere(next)
                setService(everywhere)
              }}
              options={places}
            />
          </Field>
          {services.length > 0 ? (
            <Field id="token-service" label={t('tokens.service')} help={t('tokens.serviceHelp')}>
              <Select
                id="token-service"
                value={service}
                onChange={setService}
                options={[{ value: everywhere, label: t('tokens.allServices') }, ...services.map((one) => ({ value: one, label: one }))]}
              />
            </Field>
          ) : null}
          <Field id="token-days" label={t('tokens.lives')} help={t('tokens.livesHelp')}>
            <Select
              id="token-days"
              value={String(days)}
              onChange={(next) => setDays(Number(next))}
              options={lives.map((one) => ({ value: String(one), label: t('tokens.days', { days: one }) }))}
            />
          </Field>
        </>
      )}
    </Dialog>
  )
}

function Made({ made }: { made: MadeToken }) {
  const t = useTranslations()
  return (
    <>
      <p className="mb-3">{t('tokens.shownOnce')}</p>
      <span className="row">
        <code className="code grow break-all">{made.token}</code>
        <CopyButton text={made.token} />
      </span>
      <p className="t2 below">
        {t('tokens.goodFor')} <Until at={made.expires} />
      </p>
      <p className="t2 below">{t('tokens.how')}</p>
      <code className="code break-all">TENGEN_TOKEN=… tengen services</code>
    </>
  )
}
