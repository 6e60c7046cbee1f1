'use client'

import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import type { Drift, DriftObject } from '@/lib/clusters/drift-views'

function DriftOf({ object }: { object: DriftObject }) {
  const t = useTranslations()
  const ownerOf = (path: string) => object.owners.find((one) => one.field === path)?.owner
  // A port has a name to us and a number to the cluster: whoever keeps it is told all the same.
  const elsewhere = object.owners.filter(({ field }) => !object.changes.some(({ path }) => path === field))
  return (
    <li>
      <span className="mono b">{object.object}</span> {object.isMissing ? <span className="t2">{t('workloads.drift.missing')}</span> : null}
      {object.isForeign ? <span className="t2">{t('workloads.drift.foreign')}</span> : null}
      {object.refused ? <span className="t2 brk">{object.refused}</span> : null}
      <ul>
        {object.changes.map((change) => {
          const owner = ownerOf(change.path)
          return (
            <li key={change.path} className="brk">
              <span className="mono">{change.path}</span>{' '}
              <span className="t2">{t('workloads.drift.change', { now: change.now ?? '–', wanted: change.wanted ?? '–' })}</span>
              {owner ? <span className="t3"> {t('workloads.drift.by', { owner })}</span> : null}
            </li>
          )
        })}
        {elsewhere.map(({ field, owner }) => (
          <li key={field} className="brk">
            <span className="mono">{field}</span> <span className="t3">{t('workloads.drift.by', { owner })}</span>
          </li>
        ))}
      </ul>
    </li>
  )
}

/** What clusters say of each object, and who keeps a field. */
export function DriftFound({ drift }: { drift: Drift }) {
  const t = useTranslations()
  const sentence = useSentence()
  return drift.clusters.map((cluster) => (
    <div key={cluster.placementId} className="mt-2">
      <b>{cluster.runtimeName}</b>{' '}
      {cluster.trouble ? (
        <span className="t2">{sentence(cluster.trouble)}</span>
      ) : cluster.objects.length === 0 ? (
        <span className="t2">{t('workloads.drift.none')}</span>
      ) : null}
      <ul>
        {cluster.objects.map((object) => (
          <DriftOf key={object.object} object={object} />
        ))}
      </ul>
    </div>
  ))
}
