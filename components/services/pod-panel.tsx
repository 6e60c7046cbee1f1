'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Icon } from '@/components/ui/icon'
import { Segmented } from '@/components/ui/segmented'
import { Select } from '@/components/ui/select'
import { api } from '@/lib/paths'
import type { ServiceView } from '@/lib/services/views'
import type { Act } from '@/lib/views'
import { ObjectYaml, PodEndLog, PodStreamLog, type Since, sinceIn } from './pod-log-panel'

export interface PodToEnd {
  organization: string
  application: string
  name: string
  environment: ServiceView['environment']
  pod: string
}
export type DeletePod = Act<PodToEnd, unknown>

interface Props {
  service: ServiceView
  pod: { name: string; isGone: boolean; cluster: string }
  /** All of the service that are there. */
  sisters: readonly string[]
  deletePod: DeletePod
  close: () => void
}

const looks = ['now', 'all', 'previous', 'yaml'] as const
type Look = (typeof looks)[number]
/** In seconds; empty = the end of it, however old. */
const sinces = ['', '300', '3600', '86400'] as const

function EndPod({ service, pod, deletePod, onClose }: Pick<Props, 'service' | 'deletePod'> & { pod: string; onClose: () => void }) {
  const t = useTranslations()
  const failure = useFailure()
  const [error, setError] = useState<string>()
  const { organizationSlug: organization, applicationSlug: application, name, environment } = service
  const end = async () => {
    const answer = await deletePod({ organization, application, name, environment, pod })
    if (answer.ok) onClose()
    else setError(failure(answer.error))
  }
  return (
    <DangerDialog
      open
      onClose={onClose}
      onConfirm={end}
      title={t('workloads.end.title', { name: pod })}
      effects={[{ text: t('workloads.end.effect') }]}
      verb={t('workloads.end.verb')}
      {...(error ? { error } : {})}
    />
  )
}

/** One pod: what it prints, alone or with its sisters, how it is written in its cluster, and its end. */
export function PodPanel({ service, pod, sisters, deletePod, close }: Props) {
  const t = useTranslations()
  const [look, setLook] = useState<Look>('now')
  const [isEnding, end] = useState(false)
  const [times, showTimes] = useState(true)
  const [since, setSince] = useState<Since>('')
  const { organizationSlug: org, applicationSlug: app, name, environment } = service
  const pods = look === 'all' ? sisters : [pod.name]
  const text = api.podLogText(
    org,
    app,
    name,
    new URLSearchParams({ environment, pods: pods.join(','), tail: '5000', timestamps: String(times), ...sinceIn(since) }),
  )
  const choices = looks.filter((one) => one !== 'all' || sisters.length > 1)
  return (
    <div className="panel mt-3">
      <div className="panel-h wrap">
        <span className="b cut mono">{pod.name}</span>
        <span className="grow" />
        {pod.isGone ? null : (
          <>
            <Segmented
              label={pod.name}
              value={look}
              onChange={setLook}
              options={choices.map((value) => ({ value, label: t(`workloads.log.${value}`) }))}
            />
            {look === 'yaml' ? null : (
              <>
                <Select
                  id="pod-since"
                  label={t('workloads.log.since')}
                  value={since}
                  onChange={(value) => setSince(value as Since)}
                  options={sinces.map((value) => ({ value, label: t(`workloads.log.sinces.${value || 'all'}`) }))}
                />
                <Button size="sm" tone="ghost" icon="clock" aria-pressed={times} onClick={() => showTimes(!times)}>
                  {t('log.times')}
                </Button>
              </>
            )}
            <a className="btn sm icon" href={text} download aria-label={t('workloads.log.download')} title={t('workloads.log.download')}>
              <Icon name="download" size={16} />
            </a>
            <Button size="sm" onClick={() => end(true)}>
              {t('workloads.end.verb')}
            </Button>
          </>
        )}
        <Button size="sm" icon="close" label={t('ui.close')} onClick={close} />
      </div>
      {pod.isGone || look === 'previous' ? (
        <PodEndLog
          service={service}
          pod={pod.name}
          previous={pod.isGone ? 'false' : 'true'}
          times={times}
          since={pod.isGone ? '' : since}
        />
      ) : look === 'yaml' ? (
        <ObjectYaml service={service} cluster={pod.cluster} object={`Pod/${pod.name}`} />
      ) : (
        <PodStreamLog key={`${look} ${since}`} service={service} pods={pods} times={times} since={since} />
      )}
      {isEnding ? <EndPod service={service} pod={pod.name} deletePod={deletePod} onClose={() => end(false)} /> : null}
    </div>
  )
}
