'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { Section } from '@/components/ui/section'
import type { ClusterView, Fate } from '@/lib/clusters/views'
import { paths } from '@/lib/paths'
import type { Act, Gate } from '@/lib/views'
import { PartDialog, type Parting } from './part-dialog'
import type { Ending } from './use-part-effects'

export type OperateCluster = Act<{ clusterId: string; act: 'maintain' | 'end_maintenance' }>
export type RemoveCluster = Act<{
  clusterId: string
  typedName: string
  namespaces: 'delete' | 'keep'
  services?: Record<string, Fate>
  others?: Fate
}>
export type StayCluster = Act<{ clusterId: string }>
export type ForgetCluster = Act<{ clusterId: string; typedName: string }>

interface Props {
  cluster: ClusterView
  actions: { operate: OperateCluster; remove: RemoveCluster; stay: StayCluster; forget: ForgetCluster }
}

/** Maintenance, and the two ways to part: with all that the hub made, or without an answer of the cluster. */
export function ClusterActs({ cluster, actions }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const refusal = useRefusal()
  const failure = useFailure()
  const [ending, ask] = useState<Ending | null>(null)
  const { busy, error, setError, run } = useAct()
  const { gates, state } = cluster
  const at = { clusterId: cluster.id }
  const once = (act: () => ReturnType<StayCluster>) => async () => {
    if ((await run(act)).ok) router.refresh()
  }
  const part = async ({ typedName, ...said }: Parting) => {
    const told = { ...at, typedName }
    const answer = await run(() => (ending === 'forget' ? actions.forget(told) : actions.remove({ ...told, ...said })))
    if (!answer.ok) return
    ask(null)
    if (ending === 'forget') router.push(paths.platformClusters)
    else router.refresh()
  }
  const again = cluster.isRemoving ? { verb: t('clusters.removeAgain'), help: t('clusters.removeAgainHelp') } : {}
  const rows: { key: 'maintain' | 'endMaintenance' | 'stay' | Ending; gate: Gate; act: () => void; verb?: string; help?: string }[] = [
    state === 'maintaining'
      ? { key: 'endMaintenance', gate: gates.endMaintenance, act: once(() => actions.operate({ ...at, act: 'end_maintenance' })) }
      : { key: 'maintain', gate: gates.maintain, act: once(() => actions.operate({ ...at, act: 'maintain' })) },
    ...(cluster.isRemoving ? [{ key: 'stay' as const, gate: gates.stay, act: once(() => actions.stay(at)) }] : []),
    { key: 'remove', gate: gates.remove, act: () => ask('remove'), ...again },
    { key: 'forget', gate: gates.forget, act: () => ask('forget') },
  ]
  return (
    <Section title={t('clusters.acts')}>
      <table className="tbl inset" aria-label={t('clusters.acts')}>
        <tbody>
          {rows.map(({ key, gate, act, verb = t(`clusters.${key}`), help = t(`clusters.${key}Help`) }) => {
            const why = refusal(gate)
            return (
              <tr key={key} className={why ? 't3' : undefined}>
                <td className="b only-l-c">{verb}</td>
                <td className="t2 whitespace-normal py-1.5">{why ?? help}</td>
                <td className="r">
                  <Button size="sm" why={why} busy={busy && ending === null} onClick={act}>
                    {verb}
                  </Button>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {error && !ending ? (
        <p className="err-line" role="alert">
          {failure(error)}
        </p>
      ) : null}
      {ending ? (
        <PartDialog
          cluster={cluster}
          ending={ending}
          close={() => {
            ask(null)
            setError(null)
          }}
          part={part}
          error={error ? failure(error) : undefined}
        />
      ) : null}
    </Section>
  )
}
