'use client'

import { useQuery } from '@tanstack/react-query'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Field } from '@/components/ui/field'
import { Select } from '@/components/ui/select'
import { type Resident, ResidentListSchema } from '@/lib/clusters/resident-views'
import { type ClusterView, type Fate, fates } from '@/lib/clusters/views'
import { api } from '@/lib/paths'
import { ResidentName } from './cluster-residents'
import { type Ending, madeIn, type Namespaces, usePartEffects } from './use-part-effects'

export interface Parting {
  readonly typedName: string
  readonly namespaces: Namespaces
  readonly services?: Record<string, Fate>
  readonly others?: Fate
}

/** As many as are decided about one by one; the rest goes as all do. */
const mostListed = '200'

interface Props {
  cluster: ClusterView
  ending: Ending
  close: () => void
  part: (parting: Parting) => Promise<void>
  error: string | undefined
}

/** What lives in the cluster, by name, and what becomes of each; then what becomes of the rest that the hub made. */
export function PartDialog({ cluster, ending, close, part, error }: Props) {
  const t = useTranslations()
  const [namespaces, setNamespaces] = useState<Namespaces>('delete')
  const [others, setOthers] = useState<Fate>('remove')
  const [own, setOwn] = useState<Record<string, Fate>>({})
  const { data: list, isError } = useQuery({
    queryKey: ['cluster', cluster.id, 'parting'],
    queryFn: ({ signal }) => fetchJson(api.clusterWorkloads(cluster.name, { limit: mostListed }), ResidentListSchema, signal),
    enabled: cluster.placements > 0,
    staleTime: 0,
  })
  const effectsOf = usePartEffects(cluster)
  const residents = list?.items ?? []
  const isForget = ending === 'forget'
  const fateOf = (one: Resident): Fate => (isForget ? 'leave' : (own[one.placementId] ?? others))
  const isLate = cluster.placements > 0 && !list
  const confirm = (typedName: string) =>
    part({
      typedName,
      namespaces,
      ...(residents.length > 0 ? { services: Object.fromEntries(residents.map((one) => [one.placementId, fateOf(one)])) } : {}),
      ...(list?.next ? { others } : {}),
    })
  return (
    <DangerDialog
      open
      wide={cluster.placements > 0}
      onClose={close}
      onConfirm={confirm}
      title={t(`clusters.${ending}Title`, { name: cluster.name })}
      effects={effectsOf({ ending, namespaces, residents, fateOf })}
      verb={t(`clusters.${ending}It`)}
      typed={cluster.name}
      why={isLate ? t(isError ? 'clusters.residentsUnread' : 'clusters.residentsLater') : undefined}
      error={error}
    >
      {residents.length > 0 ? (
        <Fates
          residents={residents}
          more={cluster.placements - residents.length}
          isForget={isForget}
          fateOf={fateOf}
          others={others}
          choose={(id, fate) => setOwn((now) => ({ ...now, [id]: fate }))}
          chooseAll={(fate) => {
            setOthers(fate)
            setOwn({})
          }}
        />
      ) : null}
      {!isForget && madeIn(cluster) > 0 ? (
        <Field id="removal-namespaces" label={t('clusters.removeWhat', { count: madeIn(cluster) })}>
          <Select
            id="removal-namespaces"
            value={namespaces}
            onChange={(next) => setNamespaces(next as Namespaces)}
            options={(['delete', 'keep'] as const).map((one) => ({ value: one, label: t(`clusters.removeChoice.${one}`) }))}
          />
        </Field>
      ) : null}
    </DangerDialog>
  )
}

interface FatesProps {
  residents: readonly Resident[]
  more: number
  isForget: boolean
  fateOf: (one: Resident) => Fate
  others: Fate
  choose: (placementId: string, fate: Fate) => void
  chooseAll: (fate: Fate) => void
}

function Fates({ residents, more, isForget, fateOf, others, choose, chooseAll }: FatesProps) {
  const t = useTranslations()
  const options = fates.map((one) => ({ value: one, label: t(`clusters.fate.${one}`) }))
  return (
    <>
      {isForget ? null : (
        <Field id="fate-of-all" label={t('clusters.fateOfAll')} help={t(`clusters.fateHelp.${others}`)}>
          <Select id="fate-of-all" value={others} onChange={(next) => chooseAll(next as Fate)} options={options} />
        </Field>
      )}
      <div className="mb-3">
        <table className="tbl inset" aria-label={t('clusters.residents')}>
          <tbody>
            {residents.map((one) => (
              <tr key={one.placementId}>
                <td className="name whitespace-normal py-1.5">
                  <ResidentName one={one} />
                  <span className="block t3 f12">
                    {one.organization.name}, {one.application.name}
                    {one.isRoute ? '' : ` · ${t('clusters.fatePods', { count: one.desired })}`}
                    {one.isOnlyHere ? ` · ${t('clusters.onlyHere')}` : ''}
                  </span>
                </td>
                <td className="r w-48">
                  {isForget ? null : (
                    <Select
                      id={`fate-${one.placementId}`}
                      label={t('clusters.fateOf', { name: one.service })}
                      value={fateOf(one)}
                      onChange={(next) => choose(one.placementId, next as Fate)}
                      options={options}
                    />
                  )}
                </td>
              </tr>
            ))}
          </tbody>
        </table>
      </div>
      {more > 0 ? <p className="t3 f12">{t('clusters.fateMore', { count: more })}</p> : null}
    </>
  )
}
