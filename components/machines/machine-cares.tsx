'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useRefusal, useSentence } from '@/components/frame/use-refusal'
import { Button } from '@/components/ui/button'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { Field } from '@/components/ui/field'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import type { MachineCare, MachineView } from '@/lib/machines/views'
import type { Act } from '@/lib/views'

export type TendMachine = Act<{ machineId: string; care: MachineCare; hours?: number; typedName?: string }>

/** What ends something is done at once; the rest is shown first. */
const asked: readonly MachineCare[] = ['drain', 'maintain', 'declare_off']
const hourChoices = ['1', '4', '8', '24', '72'] as const

/** Drain, maintenance, "this machine is off": each says what it would do to every unit before it is done. */
export function MachineCares({ machine, tend }: { machine: MachineView; tend: TendMachine }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const sentence = useSentence()
  const failure = useFailure()
  const router = useRouter()
  const [care, ask] = useState<MachineCare | null>(null)
  const [hours, setHours] = useState<string>('4')
  const [error, setError] = useState<string | undefined>()
  const [busy, setBusy] = useState<MachineCare | null>(null)
  const run = async (what: MachineCare, typedName?: string) => {
    setBusy(what)
    setError(undefined)
    const more = what === 'maintain' ? { hours: Number(hours) } : typedName ? { typedName } : {}
    const answer = await tend({ machineId: machine.id, care: what, ...more })
    setBusy(null)
    if (!answer.ok) return setError(failure(answer.error))
    ask(null)
    router.refresh()
  }
  if (machine.cares.length === 0) return null
  const effects = machine.cares.find((one) => one.care === care)?.effects ?? []
  return (
    <Section title={t('machines.cares')}>
      <table className="tbl inset" aria-label={t('machines.cares')}>
        <tbody>
          {machine.cares.map(({ care: one, gate, effects: [first] }) => {
            const why = refusal(gate)
            return (
              <tr key={one} className={why ? 't3' : undefined}>
                <td className="b">{t(`machines.care.${one}`)}</td>
                <td className="t2 whitespace-normal">{why ?? (first ? sentence(first) : null)}</td>
                <td className="r">
                  <Button size="sm" why={why} busy={busy === one} onClick={() => (asked.includes(one) ? ask(one) : void run(one))}>
                    {t(`machines.care.${one}`)}
                  </Button>
                </td>
              </tr>
            )
          })}
        </tbody>
      </table>
      {error && !care ? (
        <p className="err-line" role="alert">
          {error}
        </p>
      ) : null}
      <DangerDialog
        open={care !== null}
        onClose={() => ask(null)}
        onConfirm={(typed) => (care ? run(care, typed) : undefined)}
        title={care ? `${t(`machines.care.${care}`)}: ${machine.name}` : ''}
        effects={effects.map((effect) => ({ text: sentence(effect) }))}
        verb={care ? t(`machines.care.${care}`) : ''}
        solid={care === 'declare_off'}
        typed={care === 'declare_off' ? machine.name : undefined}
        error={error}
      >
        {care === 'maintain' ? (
          <Field id="maintain-hours" label={t('machines.forHowLong')} help={t('machines.forHowLongHelp')}>
            <Select
              id="maintain-hours"
              value={hours}
              onChange={setHours}
              options={hourChoices.map((value) => ({ value, label: t('machines.hours', { count: Number(value) }) }))}
            />
          </Field>
        ) : null}
      </DangerDialog>
    </Section>
  )
}
