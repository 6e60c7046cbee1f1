'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { Button } from '@/components/ui/button'
import { Segmented } from '@/components/ui/segmented'
import { PodLogSchema } from '@/lib/clusters/pod-log-views'
import { api } from '@/lib/paths'
import type { ServiceView } from '@/lib/services/views'

interface Props {
  service: ServiceView
  pod: string
  close: () => void
}

const lives = ['false', 'true'] as const
const againMs = 2000

/** The end of what a pod prints, read again while somebody looks; of its life before this one it stays as it is. */
export function PodLogPanel({ service, pod, close }: Props) {
  const t = useTranslations()
  const [previous, setPrevious] = useState<(typeof lives)[number]>('false')
  const { organizationSlug, applicationSlug, name, environment } = service
  const ask = new URLSearchParams({ environment, pod, previous, tail: '500' })
  const query = useQuery({
    queryKey: ['pod-log', service.stageId, pod, previous],
    queryFn: ({ signal }) => fetchJson(`${api.podLog(organizationSlug, applicationSlug, name)}?${ask}`, PodLogSchema, signal),
    refetchInterval: previous === 'true' ? false : againMs,
    retry: false,
  })
  const lines = query.data?.lines ?? []
  return (
    <div className="panel mt-3">
      <div className="panel-h">
        <span className="b cut">{t('workloads.log.title', { name: pod })}</span>
        <span className="grow" />
        <Segmented
          label={t('workloads.log.title', { name: pod })}
          value={previous}
          onChange={(next) => setPrevious(next)}
          options={lives.map((value) => ({ value, label: t(value === 'true' ? 'workloads.log.previous' : 'workloads.log.now') }))}
        />
        <Button size="sm" icon="close" label={t('ui.close')} onClick={close} />
      </div>
      {query.isError ? (
        <p className="t2 p-3">{query.error.message}</p>
      ) : (
        <pre className="code json">
          {query.data?.isCut ? `${t('workloads.log.cut')}\n` : ''}
          {lines.length > 0 ? lines.map((line) => line.text).join('\n') : query.data ? t('workloads.log.none') : ''}
        </pre>
      )}
    </div>
  )
}
