'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ListPage } from '@/components/frame/list-page'
import { useAct } from '@/components/frame/use-act'
import { useFailure } from '@/components/frame/use-refusal'
import { Ago, Until } from '@/components/ui/ago'
import { Button, ButtonLink } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Notice } from '@/components/ui/notice'
import { Section } from '@/components/ui/section'
import { Stone } from '@/components/ui/stone'
import { Pager, Table } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import type { DeliveryView, WebhooksView, WebhookView } from '@/lib/notices/views'
import { paths } from '@/lib/paths'
import type { Act, ActionResult } from '@/lib/views'
import { type CreateWebhook, WebhookDialog } from './webhook-dialog'

interface Ref {
  organization: string
  id: string
}

interface Props {
  view: WebhooksView
  /** One of them, with all that it was sent. */
  isOne: boolean
  actions: { create: CreateWebhook; remove: Act<Ref>; turn: Act<Ref & { isOn: boolean }>; redeliver: Act<Ref & { deliveryId: string }> }
}

/** Addresses that hear what happens, and what each was sent. */
export function WebhooksPage({ view, isOne, actions }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const failure = useFailure()
  const [isMaking, setMaking] = useState(false)
  const [removing, setRemoving] = useState<WebhookView | null>(null)
  const { busy, error, run } = useAct()
  const organization = view.organization.slug
  const act = (what: () => Promise<ActionResult>) => void run(what).then(() => router.refresh())
  return (
    <ListPage
      title={t('notices.webhooks')}
      sub={t('notices.webhooksSub')}
      organizationSlug={organization}
      acts={
        isOne ? (
          <ButtonLink href={paths.webhooks(organization)}>{t('notices.allWebhooks')}</ButtonLink>
        ) : (
          <Button tone="primary" icon="plus" onClick={() => setMaking(true)}>
            {t('notices.newWebhook')}
          </Button>
        )
      }
    >
      {error ? <Notice tone="red" role="alert" title={failure(error)} /> : null}
      {view.items.length === 0 ? <Void kind="none-yet" title={t('notices.noWebhooks')} /> : null}
      {view.items.map((hook, index) => (
        <Hook
          key={hook.id}
          hook={hook}
          first={index === 0}
          busy={busy}
          allHref={isOne || !hook.hasMore ? undefined : `${paths.webhooks(organization)}?webhook=${hook.id}`}
          turn={() => act(() => actions.turn({ organization, id: hook.id, isOn: hook.disabled !== null }))}
          remove={() => setRemoving(hook)}
          again={(deliveryId) => act(() => actions.redeliver({ organization, id: hook.id, deliveryId }))}
        />
      ))}
      {isOne ? <Pager next={view.next} previous={view.previous} /> : null}
      <DangerDialog
        open={removing !== null}
        onClose={() => setRemoving(null)}
        onConfirm={() => {
          const id = removing?.id ?? ''
          setRemoving(null)
          void run(() => actions.remove({ organization, id })).then((answer) =>
            isOne && answer.ok ? router.push(paths.webhooks(organization)) : router.refresh(),
          )
        }}
        title={t('notices.removeTitle', { name: removing?.name ?? '' })}
        effects={[{ text: t('notices.removeEffect', { url: removing?.url ?? '' }) }]}
        verb={t('notices.remove')}
      />
      {isMaking ? <WebhookDialog organization={organization} create={actions.create} close={() => setMaking(false)} /> : null}
    </ListPage>
  )
}

interface HookProps {
  hook: WebhookView
  first: boolean
  busy: boolean
  /** Where all of its deliveries are; undefined = here. */
  allHref: string | undefined
  turn: () => void
  remove: () => void
  again: (deliveryId: string) => void
}

function Hook({ hook, first, busy, allHref, turn, remove, again }: HookProps) {
  const t = useTranslations()
  const { disabled, failures, kinds } = hook
  return (
    <Section
      first={first}
      title={hook.name}
      hint={<span className="mono">{hook.url}</span>}
      end={
        <span className="row">
          <Button size="sm" busy={busy} onClick={turn}>
            {t(disabled ? 'notices.switchOn' : 'notices.switchOff')}
          </Button>
          <Button size="sm" tone="danger" busy={busy} onClick={remove}>
            {t('notices.remove')}
          </Button>
        </span>
      }
    >
      <p className="row wrap t2 mb-2">
        {disabled ? (
          <Stone shape="square" tone="none" />
        ) : (
          <Stone shape={failures > 0 ? 'warn' : 'ok'} tone={failures > 0 ? 'amber' : 'green'} />
        )}
        {disabled ? (
          <>
            {disabled.by ? `${t('notices.off')} ` : `${t('notices.offByItself')} `}
            <Ago at={disabled.at} as="ago" />
          </>
        ) : failures > 0 ? (
          t('notices.failing', { count: failures })
        ) : (
          t('notices.on')
        )}
        <span className="t3">
          {t('notices.kinds')}: {kinds.length === 0 ? t('notices.allKinds') : kinds.map((kind) => t(`notices.kind.${kind}`)).join(', ')}
        </span>
      </p>
      <Deliveries items={hook.deliveries} again={again} busy={busy} off={disabled !== null} />
      {allHref ? (
        <p className="mt-2">
          <Link className="link" href={allHref}>
            {t('notices.allDeliveries')}
          </Link>
        </p>
      ) : null}
    </Section>
  )
}

const looks = { waiting: ['clock', 'blue'], delivered: ['ok', 'green'], failed: ['bad', 'red'] } as const

interface DeliveriesProps {
  items: DeliveryView[]
  again: (id: string) => void
  busy: boolean
  off: boolean
}

function Deliveries({ items, again, busy, off }: DeliveriesProps) {
  const t = useTranslations()
  // What was sent is long, and one is read at a time.
  const [opened, open] = useState<string | null>(null)
  if (items.length === 0) return <p className="t3">{t('notices.noDeliveries')}</p>
  return (
    <Table
      label={t('notices.deliveries')}
      rows={items}
      keyOf={(one) => one.id}
      columns={[
        {
          key: 'kind',
          head: t('notices.hear'),
          className: 'name',
          cell: (one) => (
            <details onToggle={(event) => open(event.currentTarget.open ? one.id : null)}>
              <summary>{t(`notices.kind.${one.kind}`)}</summary>
              {opened === one.id ? <pre className="code">{one.body}</pre> : null}
            </details>
          ),
        },
        {
          key: 'state',
          head: t('services.state'),
          cell: (one) => (
            <span className={`st ${looks[one.state][1]}`}>
              <Stone shape={looks[one.state][0]} tone={looks[one.state][1]} />
              {t(`notices.state.${one.state}`)} {one.nextAt && one.tries > 0 ? <Until at={one.nextAt} /> : null}
            </span>
          ),
        },
        {
          key: 'answer',
          head: t('notices.answer'),
          wide: true,
          cell: (one) => (
            <span className="t2">
              {one.status ?? one.error ?? '–'} {one.tookMs === null ? null : <span className="t3 num">{one.tookMs} ms</span>}
            </span>
          ),
        },
        { key: 'tries', head: t('notices.tries'), wide: true, right: true, cell: (one) => <span className="num">{one.tries}</span> },
        { key: 'at', head: t('notices.when'), wide: true, right: true, cell: (one) => <Ago at={one.at} className="t3 num" /> },
        {
          key: 'act',
          head: '',
          right: true,
          cell: (one) =>
            one.state === 'waiting' && one.tries === 0 ? null : (
              <Button size="sm" busy={busy} {...(off ? { disabled: true } : {})} onClick={() => again(one.id)}>
                {t('notices.again')}
              </Button>
            ),
        },
      ]}
    />
  )
}
