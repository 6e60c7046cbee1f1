'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Void } from '@/components/ui/void'
import type { JoinOffer, JoinPageView, JoinTokenView } from '@/lib/machines/join-views'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'
import { JoinForm, type MakeOffer } from './join-form'
import { JoinLine } from './join-line'
import { JoinTokens } from './join-tokens'

interface Props {
  view: JoinPageView
  offer: MakeOffer
  revoke: Act<{ id: string }>
}

export function JoinPage({ view, offer, revoke }: Props) {
  const t = useTranslations()
  const [made, setMade] = useState<JoinOffer | null>(null)
  const token = view.items.find((one) => one.id === made?.id)
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.machines'), href: paths.platformMachines }, { label: t('join.title') }]}>
      <LivePage topic="platform" />
      <PageHead title={t('join.title')} sub={t('join.sub')} />
      {view.nodes === null ? (
        <Notice tone="red" title={t('join.noAgent')}>
          {t('join.noAgentHelp')}
        </Notice>
      ) : view.pools.length === 0 ? (
        <Void kind="none-yet" title={t('join.noPools')}>
          {t('join.noPoolsHelp')}
        </Void>
      ) : made ? (
        <JoinLine line={made.line} token={token} nodes={view.nodes} executables={made.executables} another={() => setMade(null)} />
      ) : (
        <JoinForm view={view} offer={offer} onMade={setMade} />
      )}
      <Tokens items={view.items} revoke={revoke} />
    </Page>
  )
}

function Tokens({ items, revoke }: { items: JoinTokenView[]; revoke: Act<{ id: string }> }) {
  const t = useTranslations()
  return (
    <Section title={t('join.tokens')} hint={t('join.tokensHint')}>
      {items.length > 0 ? <JoinTokens items={items} revoke={revoke} /> : <p className="t3">{t('join.none')}</p>}
    </Section>
  )
}
