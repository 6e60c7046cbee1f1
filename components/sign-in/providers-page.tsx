'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { LivePage } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Menu } from '@/components/ui/menu'
import { Notice } from '@/components/ui/notice'
import { type Column, Table } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import { type ProvidersView, type ProviderView, titleOf } from '@/lib/sign-in/views'
import { type ProviderActions, ProviderDialog } from './provider-dialog'
import { toSwitch } from './provider-draft'

type Asked = { what: 'add' } | { what: 'change' | 'remove'; provider: ProviderView }

function Tested({ provider: { tested } }: { provider: ProviderView }) {
  const t = useTranslations()
  if (!tested) return <span className="t3">–</span>
  return (
    <span className="row">
      <Status noun="provider" state={tested.problem ? 'failing' : 'answers'} />
      <span className="t2 only-l-i">{tested.problem ? t(`providers.problem.${tested.problem}`) : null}</span>
      <Ago at={tested.at} as="ago" className="t3 only-l-i" />
    </span>
  )
}

/** Ways to sign in: which providers, whether they answer, and who is known by them. */
export function ProvidersPage({ view, actions }: { view: ProvidersView; actions: ProviderActions }) {
  const t = useTranslations()
  const failure = useFailure()
  const router = useRouter()
  const [asked, ask] = useState<Asked | null>(null)
  const { busy, error, run } = useAct()
  const act = async (what: () => ReturnType<ProviderActions['change']> | ReturnType<ProviderActions['test']>) => {
    await run<unknown>(what)
    router.refresh()
  }
  const close = () => ask(null)
  const columns: Column<ProviderView>[] = [
    { key: 'name', head: t('users.name'), className: 'name', cell: (one) => one.name },
    { key: 'kind', head: t('providers.kind'), wide: true, cell: (one) => <span className="t2">{titleOf(one.kind)}</span> },
    {
      key: 'address',
      head: t('machines.address'),
      wide: true,
      cell: (one) => <span className="mono t2 cut">{one.address ?? one.authorizationUrl ?? '–'}</span>,
    },
    { key: 'state', head: t('services.state'), cell: (one) => <Status noun="provider" state={one.isEnabled ? 'enabled' : 'disabled'} /> },
    { key: 'people', head: t('providers.people'), wide: true, right: true, cell: (one) => <span className="num">{one.people}</span> },
    { key: 'tested', head: t('providers.tested'), cell: (one) => <Tested provider={one} /> },
    {
      key: 'act',
      head: '',
      right: true,
      cell: (provider) => (
        <span className="row justify-end">
          <Button size="sm" busy={busy} onClick={() => void act(() => actions.test({ id: provider.id }))}>
            {t('providers.test')}
          </Button>
          <Menu
            align="end"
            trigger={<Button tone="ghost" size="sm" icon="more" label={t('ui.moreOf', { name: provider.name })} />}
            groups={[
              [
                { key: 'change', label: t('providers.change'), onSelect: () => ask({ what: 'change', provider }) },
                {
                  key: 'switch',
                  label: t(provider.isEnabled ? 'providers.disable' : 'providers.enable'),
                  onSelect: () => void act(() => actions.change(toSwitch(provider))),
                },
              ],
              [{ key: 'remove', label: t('providers.remove'), danger: true, onSelect: () => ask({ what: 'remove', provider }) }],
            ]}
          />
        </span>
      ),
    },
  ]
  const addButton = (
    <Button tone="primary" icon="plus" onClick={() => ask({ what: 'add' })}>
      {t('providers.add')}
    </Button>
  )
  return (
    <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.signIn') }]}>
      <LivePage topic="platform" />
      <PageHead title={t('nav.signIn')} sub={t('providers.sub')} acts={view.items.length > 0 ? addButton : null} />
      {error ? (
        <div className="mb-4">
          <Notice tone="red" role="alert" title={failure(error)} />
        </div>
      ) : null}
      {view.items.length > 0 ? (
        <Table label={t('nav.signIn')} rows={view.items} keyOf={(one) => one.id} nameOf={(one) => one.name} columns={columns} />
      ) : (
        <Void kind="none-yet" title={t('providers.none')} acts={addButton}>
          {t('providers.noneHelp')}
        </Void>
      )}
      {asked?.what === 'add' ? <ProviderDialog provider={null} actions={actions} close={close} /> : null}
      {asked?.what === 'change' ? <ProviderDialog provider={asked.provider} actions={actions} close={close} /> : null}
      {asked?.what === 'remove' ? <RemoveProvider provider={asked.provider} actions={actions} close={close} /> : null}
    </Page>
  )
}

function RemoveProvider({ provider, actions, close }: { provider: ProviderView; actions: ProviderActions; close: () => void }) {
  const t = useTranslations()
  const acting = useAct()
  return (
    <ActDialog
      title={t('providers.removeOf', { name: provider.name })}
      verb={t('providers.remove')}
      danger
      why={undefined}
      acting={acting}
      act={() => actions.remove({ id: provider.id })}
      close={close}
    >
      <p>{t('providers.removeHelp', { people: provider.people })}</p>
    </ActDialog>
  )
}
