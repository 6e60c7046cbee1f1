'use client'

import { useQuery } from '@tanstack/react-query'
import { useMemo, useRef } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useUnread } from '@/components/frame/use-unread'
import { type LinesHandle, LogLines, type ShownLine } from '@/components/log/log-lines'
import { useFollow } from '@/components/log/use-follow'
import { unitColour } from '@/components/output/unit-colours'
import { Ago } from '@/components/ui/ago'
import { ObjectTextSchema } from '@/lib/clusters/object-views'
import { type PodLine, PodLogSchema } from '@/lib/clusters/pod-log-views'
import { api } from '@/lib/paths'
import type { ServiceView } from '@/lib/services/views'
import { usePodStream } from './use-pod-stream'

interface Of {
  readonly service: ServiceView
  readonly pod: string
}

/** How old lines may be, in seconds; empty = the end of it, however old. */
export type Since = '' | '300' | '3600' | '86400'

/** Where an age is said, all of that time is wanted. */
export const sinceIn = (since: Since): Record<string, string> => (since ? { sinceSeconds: since } : {})

interface Shape {
  readonly times: boolean
  readonly since: Since
}

const addressOf = ({ organizationSlug, applicationSlug, name }: ServiceView) => [organizationSlug, applicationSlug, name] as const

/** `-abcde`: what tells a pod from its sisters. */
const shortName = (pod: string): string => pod.slice(pod.lastIndexOf('-'))

/** What pods print, as it comes; of several each line says whose it is, in a colour of its own. */
export function PodStreamLog({ service, pods, times, since }: Shape & { service: ServiceView; pods: readonly string[] }) {
  const t = useTranslations()
  const ask = new URLSearchParams({
    environment: service.environment,
    pods: pods.join(','),
    ...(since ? { tail: '5000', ...sinceIn(since) } : {}),
  })
  const { lines, version, isBroken, isOpen } = usePodStream(api.podLogStream(...addressOf(service), ask))
  const handle = useRef<LinesHandle>(null)
  const follow = useFollow(lines.length)
  const source = useMemo(
    () => ({
      line: (index: number) => shownOf(lines[index], index),
      want: () => {},
    }),
    [lines],
  )
  const [first] = pods
  if (isBroken && first) return <PodEndLog service={service} pod={first} previous="false" times={times} since={since} />
  if (lines.length === 0) return <p className="t3 p-3">{t(isOpen ? 'workloads.log.none' : 'workloads.log.opening')}</p>
  return (
    <div className="log output pod-log">
      <LogLines
        {...{ handle, cache: source, total: lines.length, version, wrap: true, times, query: '', hit: null, linked: null }}
        follow={follow.follow}
        onFollow={follow.set}
        titleOf={(line) => line.pod}
        markOf={(line) => (
          <span className={`who ${unitColour(pods.indexOf(line.pod))}`} title={line.pod}>
            {shortName(line.pod)}
          </span>
        )}
      />
    </div>
  )
}

interface Shown extends ShownLine {
  readonly pod: string
}

const shownOf = (line: PodLine | undefined, index: number): Shown | undefined =>
  line && { line: index + 1, at: line.stamp, stream: 'stdout', text: line.text, pod: line.pod }

/** The end of what a pod printed: of its life before this one, or what was kept of one that is gone. */
export function PodEndLog({ service, pod, previous, times, since }: Of & Shape & { previous: 'true' | 'false' }) {
  const t = useTranslations()
  const unread = useUnread()
  const ask = new URLSearchParams({ environment: service.environment, pod, previous, tail: '500', ...sinceIn(since) })
  const query = useQuery({
    queryKey: ['pod-log', service.stageId, pod, previous, since],
    queryFn: ({ signal }) => fetchJson(`${api.podLog(...addressOf(service))}?${ask}`, PodLogSchema, signal),
    retry: false,
  })
  const { data, error } = query
  if (error) return <p className="t2 p-3">{unread(error)}</p>
  if (!data) return <p className="t3 p-3">{t('workloads.log.opening')}</p>
  return (
    <>
      {data.isKept ? (
        <p className="t2 p-3">
          {t('workloads.log.kept')} <Ago at={data.asOf} />
        </p>
      ) : null}
      <pre className="code json">
        {data.isCut ? `${t('workloads.log.cut')}\n` : ''}
        {data.lines.length > 0
          ? data.lines.map(({ at, text }) => (times && at ? `${at} ${text}` : text)).join('\n')
          : t('workloads.log.none')}
      </pre>
    </>
  )
}

/** An object as its cluster has it now. */
export function ObjectYaml({ service, cluster, object }: { service: ServiceView; cluster: string; object: string }) {
  const t = useTranslations()
  const unread = useUnread()
  const ask = new URLSearchParams({ environment: service.environment, cluster, object })
  const query = useQuery({
    queryKey: ['object', service.stageId, cluster, object],
    queryFn: ({ signal }) => fetchJson(`${api.clusterObject(...addressOf(service))}?${ask}`, ObjectTextSchema, signal),
    retry: false,
  })
  if (query.error) return <p className="t2 p-3">{unread(query.error)}</p>
  return <pre className="code json">{query.data?.yaml ?? t('workloads.log.opening')}</pre>
}
