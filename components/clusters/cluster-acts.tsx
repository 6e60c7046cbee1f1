'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useAct } from '@/components/frame/use-act'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Field } from '@/components/ui/field'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import type { ClusterView } from '@/lib/clusters/views'
import { paths } from '@/lib/paths'
import type { Act, Gate } from '@/lib/views'

export type OperateCluster = Act<{ clusterId: string; act: 'maintain' | 'end_maintenance' }>
export type RemoveCluster = Act<{ clusterId: string; typedName: string; namespaces: 'delete' | 'keep' }>
export type ForgetCluster = Act<{ clusterId: string; typedName: string }>

interface Props {
  cluster: ClusterView
  operate: OperateCluster
  remove: RemoveCluster
  forget: ForgetCluster
}

type Ending = 'remove' | 'forget'

/** Maintenance, and the two ways to part: with all that the hub made, or without an answer of the cluster. */
export function ClusterActs({ cluster, operate, remove, forget }: Props) {
  const t = useTranslations()
  const router = useRouter()
  const refusal = useRefusal()
  const failure = useFailure()
  const [ending, ask] = useState<Ending | null>(null)
  const [namespaces, setNamespaces] = useState<'delete' | 'keep'>('delete')
  const { busy, error, setError, run } = useAct()
  const move = async (act: 'maintain' | 'end_maintenance') => {
    if ((await run(() => operate({ clusterId: cluster.id, act }))).ok) router.refresh()
  }
  const part = async (typedName: string) => {
    const told = { clusterId: cluster.id, typedName }
    const answer = await run(() => (ending === 'forget' ? forget(told) : remove({ ...told, namespaces })))
    if (!answer.ok) return
    ask(null)
    if (ending === 'forget') router.push(paths.platformClusters)
    else router.refresh()
  }
  const { gates, state } = cluster
  const maintaining = state === 'maintaining'
  const rows: { key: 'maintain' | 'endMaintenance' | Ending; gate: Gate; act: () => void }[] = [
    maintaining
      ? { key: 'endMaintenance', gate: gates.endMaintenance, act: () => void move('end_maintenance') }
      : { key: 'maintain', gate: gates.maintain, act: () => void move('maintain') },
    { key: 'remove', gate: gates.remove, act: () => ask('remove') },
    { key: 'forget', gate: gates.forget, act: () => ask('forget') },
  ]
  const close = () => {
    ask(null)
    setError(null)
  }
  return (
    <Section title={t('clusters.acts')}>
      <table className="tbl inset" aria-label={t('clusters.acts')}>
        <tbody>
          {rows.map(({ key, gate, act }) => {
            const why = refusal(gate)
            return (
              <tr key={key} className={why ? 't3' : undefined}>
                <td className="b only-l-c">{t(`clusters.${key}`)}</td>
                <td className="t2 whitespace-normal">{why ?? t(`clusters.${key}Help`)}</td>
                <td className="r">
                  <Button size="sm" why={why} busy={busy && ending === null} onClick={act}>
                    {t(`clusters.${key}`)}
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
      <PartDialog
        cluster={cluster}
        ending={ending}
        namespaces={namespaces}
        setNamespaces={setNamespaces}
        close={close}
        part={part}
        error={error ? failure(error) : undefined}
      />
    </Section>
  )
}

interface PartProps {
  cluster: ClusterView
  ending: Ending | null
  namespaces: 'delete' | 'keep'
  setNamespaces: (how: 'delete' | 'keep') => void
  close: () => void
  part: (typed: string) => Promise<void>
  error: string | undefined
}

function PartDialog({ cluster, ending, namespaces, setNamespaces, close, part, error }: PartProps) {
  const t = useTranslations()
  const made = cluster.namespaceList.filter((one) => one.state !== 'foreign' && !one.adoptedBy).length
  const adopted = cluster.namespaceList.filter((one) => one.adoptedBy).length
  const isDeleting = namespaces === 'delete'
  const removal = [
    { text: isDeleting ? t('clusters.removeDeletes', { count: made }) : t('clusters.removeKeeps'), lost: isDeleting && made > 0 },
    ...(adopted > 0 ? [{ text: t('clusters.removeAdopted', { count: adopted }) }] : []),
    { text: t('clusters.removeAccount') },
    { text: t('clusters.removeGrants') },
  ]
  const forgetting = [
    { text: t('clusters.forgetStays', { count: made + adopted }), lost: made + adopted > 0 },
    { text: t('clusters.forgetAccount') },
    { text: t('clusters.removeGrants') },
  ]
  const what = ending ?? 'remove'
  return (
    <DangerDialog
      open={ending !== null}
      onClose={close}
      onConfirm={part}
      title={t(`clusters.${what}Title`, { name: cluster.name })}
      effects={ending === 'forget' ? forgetting : removal}
      verb={t(`clusters.${what}It`)}
      typed={cluster.name}
      error={error}
    >
      {ending === 'remove' && made > 0 ? (
        <Field id="removal-namespaces" label={t('clusters.removeWhat', { count: made })}>
          <Select
            id="removal-namespaces"
            value={namespaces}
            onChange={(next) => setNamespaces(next as 'delete' | 'keep')}
            options={(['delete', 'keep'] as const).map((one) => ({ value: one, label: t(`clusters.removeChoice.${one}`) }))}
          />
        </Field>
      ) : null}
    </DangerDialog>
  )
}
