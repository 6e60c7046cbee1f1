'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useRefusal, useSentence } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Section } from '@/components/ui/section'
import type { MachineAct, MachineView } from '@/lib/machines/views'
import type { Act } from '@/lib/views'

export type MoveMachine = Act<{ machineId: string; act: MachineAct; typedName?: string }>

/** Acts that take something away are asked twice. */
const grave: readonly MachineAct[] = ['report_fault', 'abandon_units', 'retire', 'remove']

/** Every event of the lifecycle that works now: what it does, or why not. */
export function MachineActs({ machine, move }: { machine: MachineView; move: MoveMachine }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const sentence = useSentence()
  const failure = useFailure()
  const router = useRouter()
  const [asked, ask] = useState<MachineAct | null>(null)
  const [error, setError] = useState<string | undefined>()
  const [busy, setBusy] = useState<MachineAct | null>(null)
  const run = async (act: MachineAct, typedName?: string) => {
    setBusy(act)
    setError(undefined)
    const answer = await move({ machineId: machine.id, act, ...(typedName ? { typedName } : {}) })
    setBusy(null)
    if (!answer.ok) return setError(failure(answer.error))
    ask(null)
    router.refresh()
  }
  if (machine.acts.length === 0) return null
  const effect = machine.acts.find((one) => one.act === asked)?.effect
  return (
    <Section title={t('machines.canDo')} hint={t('machines.canDoHint', { state: t(`status.machine.${machine.state}`) })}>
      <table className="tbl inset" aria-label={t('machines.canDo')}>
        <tbody>
          {machine.acts.map(({ act, gate, effect: does }) => {
            const why = refusal(gate)
            return (
              <tr key={act} className={why ? 't3' : undefined}>
                <td className="b">{t(`machines.act.${act}`)}</td>
                <td className="t2 whitespace-normal">{why ?? sentence(does)}</td>
                <td className="r">
                  <Button size="sm" why={why} busy={busy === act} onClick={() => (grave.includes(act) ? ask(act) : void run(act))}>
                    {t(`machines.act.${act}`)}
                  </Button>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {error && !asked ? (
        <p className="err-line" role="alert">
          {error}
        </p>
      ) : null}
      <DangerDialog
        open={asked !== null}
        onClose={() => ask(null)}
        onConfirm={(typed) => (asked ? run(asked, typed) : undefined)}
        title={asked ? `${t(`machines.act.${asked}`)}: ${machine.name}` : ''}
        effects={effect ? [{ text: sentence(effect), lost: asked === 'abandon_units' }] : []}
        verb={asked ? t(`machines.act.${asked}`) : ''}
        typed={asked === 'abandon_units' || asked === 'remove' ? machine.name : undefined}
        error={error}
      />
    </Section>
  )
}
