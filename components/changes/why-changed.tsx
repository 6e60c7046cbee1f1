'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { changesOf } from '@/components/audit/changes-of'
import { Decisions } from '@/components/deploys/approval-rule'
import { Cause } from '@/components/deploys/cause'
import { shownState, useDeployTitle } from '@/components/deploys/deploy-words'
import { useEventWords } from '@/components/events/event-list'
import { fetchJson } from '@/components/frame/fetch-json'
import { useFrame } from '@/components/frame/frame-context'
import { useLiveQuery } from '@/components/frame/live'
import { Status } from '@/components/status/status'
import { Ago } from '@/components/ui/ago'
import { Notice } from '@/components/ui/notice'
import { Void } from '@/components/ui/void'
import { ChangesSchema, type DeployChange } from '@/lib/changes/views'
import { paths } from '@/lib/paths'
import type { EventView } from '@/lib/views'

/** Each change of a thing with who and why; news about `topic`, else about the organisation, make it be read again. */
export function WhyChanged({ address, topic }: { address: string; topic?: string }) {
  const t = useTranslations()
  const organizationId = useFrame()?.frame.organization?.id
  const key = ['changes', address]
  useLiveQuery(topic ?? (organizationId ? `org:${organizationId}` : null), key, 1500)
  const { data, isError } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJson(address, ChangesSchema, signal),
  })
  if (isError) return <Notice tone="red" role="alert" title={t('changes.failed')} />
  if (!data) return <p className="t3">{t('changes.loading')}</p>
  if (data.items.length === 0) return <Void kind="none-yet" title={t('changes.none')} />
  return (
    <ul className="plain" aria-label={t('changes.title')}>
      {data.items.map((item) =>
        item.deploy ? (
          <li key={item.deploy.deploy.id}>
            <ByDeploy change={item.deploy} />
          </li>
        ) : item.event ? (
          <li key={item.event.id}>
            <ByEvent event={item.event} />
          </li>
        ) : null,
      )}
    </ul>
  )
}

function ByDeploy({ change: { deploy, organization: org, decisions, because } }: { change: DeployChange }) {
  const t = useTranslations()
  const titleOf = useDeployTitle()
  return (
    <div className="grow stack">
      <p className="row wrap">
        <Link className="u mono" href={paths.deploy(org, deploy.number)}>
          #{deploy.number}
        </Link>
        <span className="b">{titleOf(deploy.title)}</span>
        <Status noun="deploy" state={shownState(deploy)} className="f12" />
        <span className="grow" />
        <Ago at={deploy.startedAt ?? deploy.createdAt} className="t3 f12 nowrap" />
      </p>
      <p className="t2">
        {t('changes.askedBy', { name: deploy.requester.name })}
        {deploy.reason ? `: “${deploy.reason}”` : null} <Cause cause={deploy.cause} />
      </p>
      {because.map((one) => (
        <div key={one.deploy.id}>
          <p className="row wrap t2">
            {t(`deploys.related.${one.how}`)}{' '}
            <Link className="u mono" href={paths.deploy(org, one.deploy.number)}>
              #{one.deploy.number}
            </Link>
            {titleOf(one.deploy.title)}
          </p>
          {one.decisions.length > 0 ? <Decisions decisions={one.decisions} /> : null}
        </div>
      ))}
      {decisions.length > 0 ? <Decisions decisions={decisions} /> : <p className="t3 f12">{t('changes.nobodyAsked')}</p>}
    </div>
  )
}

const shown = (value: unknown): string =>
  value === undefined || value === null ? '–' : typeof value === 'object' ? JSON.stringify(value) : String(value)

function ByEvent({ event }: { event: EventView }) {
  const t = useTranslations()
  const words = useEventWords()
  const { changes } = changesOf(event.data)
  return (
    <div className="grow">
      <p className="row wrap">
        <span className="b">{words(event)}</span>
        {event.actor ? <span className="t2">{t('events.by', { name: event.actor.name })}</span> : null}
        <span className="grow" />
        <Ago at={event.at} className="t3 f12 nowrap" />
      </p>
      {changes.map((change) => (
        <p key={change.field} className="t2 f12">
          <span className="mono">{change.field}</span>: {shown(change.before)} → {shown(change.after)}
        </p>
      ))}
    </div>
  )
}
