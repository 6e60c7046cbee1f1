'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import { useRefusal } from '@/components/frame/use-refusal'
import { Ago, Until } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import { type Column, Table } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import type { TokensView, TokenView } from '@/lib/tokens/views'
import type { Act } from '@/lib/views'
import { type MakeToken, TokenDialog } from './token-dialog'

export interface TokenActions {
  make: MakeToken
  revoke: Act<{ id: string }>
}

interface Props {
  view: TokensView
  actions: TokenActions
}

const placeOf = ({ organization, application, services }: TokenView, all: string): string =>
  services.length > 0 ? services.join(', ') : (application?.name ?? organization?.name ?? all)

/** The one next act of a page of tokens. */
export function NewToken({ view, make }: { view: TokensView; make: MakeToken }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const router = useRouter()
  const [isMaking, setMaking] = useState(false)
  const close = () => {
    setMaking(false)
    router.refresh()
  }
  return (
    <>
      <Button tone="primary" icon="plus" why={refusal(view.gates.make)} onClick={() => setMaking(true)}>
        {t('tokens.make')}
      </Button>
      {isMaking ? <TokenDialog view={view} make={make} close={close} /> : null}
    </>
  )
}

/** Tokens that are good, and below them those that are over. */
export function TokensList({ view, actions }: Props) {
  const t = useTranslations()
  const refusal = useRefusal()
  const [revoking, setRevoking] = useState<TokenView | null>(null)
  const shown = useShown()
  const active = view.items.filter((one) => one.state === 'active')
  const over = view.items.filter((one) => one.state !== 'active')
  const label = t('nav.tokens')
  const columns: Column<TokenView>[] = [
    ...shown,
    { key: 'ends', head: t('members.endsIn'), right: true, cell: (one) => <Until at={one.expires} /> },
    {
      key: 'act',
      head: '',
      right: true,
      cell: (one) => (
        <Button size="sm" why={refusal(one.gates.revoke)} onClick={() => setRevoking(one)}>
          {t('members.revoke')}
        </Button>
      ),
    },
  ]
  return (
    <>
      {active.length > 0 ? (
        <Table
          label={label}
          rows={active}
          findBy={(one) => `${one.name} ${one.prefix}`}
          keyOf={(one) => one.id}
          nameOf={(one) => one.name}
          columns={columns}
        />
      ) : (
        <Void kind="none-yet" title={t(view.organization ? 'tokens.noneShared' : 'tokens.none')}>
          {t('tokens.noneHelp')}
        </Void>
      )}
      {over.length > 0 ? (
        <Section title={t('tokens.over')} hint={t('tokens.overHint')}>
          <Table
            label={t('tokens.over')}
            findBy={(one) => `${one.name} ${one.prefix}`}
            rows={over}
            keyOf={(one) => one.id}
            nameOf={(one) => one.name}
            columns={[...shown, { key: 'end', head: t('tokens.ended'), right: true, cell: (one) => <Ended token={one} /> }]}
          />
        </Section>
      ) : null}
      {revoking ? <RevokeDialog token={revoking} revoke={actions.revoke} close={() => setRevoking(null)} /> : null}
    </>
  )
}

function useShown(): Column<TokenView>[] {
  const t = useTranslations()
  return [
    {
      key: 'name',
      head: t('tokens.name'),
      className: 'name two',
      cell: (one) => (
        <>
          {one.name}
          <span className="sec-line mono t3">{one.prefix}…</span>
        </>
      ),
    },
    {
      key: 'scopes',
      head: t('tokens.scopes'),
      wide: true,
      cell: (one) => <span className="mono t2">{one.scopes.join(' ')}</span>,
    },
    {
      key: 'where',
      head: t('members.where'),
      wide: true,
      cell: (one) => <span className="t2">{placeOf(one, t('tokens.everywhere'))}</span>,
    },
    { key: 'by', head: t('tokens.by'), wide: true, cell: (one) => <span className="t2">{one.by.name}</span> },
    {
      key: 'used',
      head: t('tokens.lastUsed'),
      right: true,
      cell: (one) =>
        one.lastUsedAt ? (
          <>
            <Ago at={one.lastUsedAt} className="t3 num" />
            <span className="sec-line mono t3">{one.lastAddress ?? '–'}</span>
          </>
        ) : (
          <span className="t3">{t('tokens.never')}</span>
        ),
    },
  ]
}

function Ended({ token: { state, revoked, expires } }: { token: TokenView }) {
  const t = useTranslations()
  return (
    <>
      <span className="t2">{revoked ? t('tokens.revokedBy', { name: revoked.by?.name ?? '–' }) : t(`tokens.state.${state}`)}</span>
      <span className="sec-line t3">
        <Ago at={revoked?.at ?? expires} className="num" />
      </span>
    </>
  )
}

function RevokeDialog({ token, revoke, close }: { token: TokenView; revoke: TokenActions['revoke']; close: () => void }) {
  const t = useTranslations()
  return (
    <ActDialog
      title={t('tokens.revokeOf', { name: token.name })}
      verb={t('members.revoke')}
      danger
      why={undefined}
      acting={useAct()}
      act={() => revoke({ id: token.id })}
      close={close}
    >
      <p>{t('tokens.revokeHelp')}</p>
      <p className="t2 below">
        {token.lastUsedAt ? (
          <>
            {t('tokens.lastUsed')} <Ago at={token.lastUsedAt} />
            {token.lastAddress ? <span className="mono"> {token.lastAddress}</span> : null}
          </>
        ) : (
          t('tokens.neverUsed')
        )}
      </p>
    </ActDialog>
  )
}
