'use client'

import { useTranslations } from 'use-intl'
import { Select } from '@/components/ui/select'
import { TickBox } from '@/components/ui/tick-box'
import type { ProviderChoice, RequirementView } from '@/lib/relations/views'
import { keyOfChoice } from './choice-key'

interface Props {
  id: string
  requirement: RequirementView
  choices: readonly ProviderChoice[]
  value: readonly string[]
  onChange: (value: string[]) => void
  bad?: boolean
  describedBy?: string | undefined
}

/** Who fulfils a requirement: one of a list, or any number for what takes many. */
export function ProviderPicker({ id, requirement, choices, value, onChange, bad, describedBy }: Props) {
  const t = useTranslations()
  const fitting = choices.filter((choice) => choice.interface === requirement.interface)
  const note = (choice: ProviderChoice) =>
    choice.kind === 'external' ? t('relations.outside') : choice.application ? t('relations.from', { name: choice.application }) : undefined
  if (fitting.length === 0) return <p className="t3 f12">{t('relations.nobody', { interface: requirement.interface })}</p>
  if (!requirement.many) {
    const none = requirement.optional ? [{ value: '', label: t('relations.none') }] : []
    return (
      <Select
        id={id}
        value={value[0] ?? (requirement.optional ? '' : null)}
        onChange={(next) => onChange(next ? [next] : [])}
        placeholder={t('config.choose')}
        bad={bad ?? false}
        describedBy={describedBy}
        options={[...none, ...fitting.map((choice) => ({ value: keyOfChoice(choice), label: choice.name, note: note(choice) }))]}
      />
    )
  }
  const toggle = (key: string) => onChange(value.includes(key) ? value.filter((one) => one !== key) : [...value, key])
  return (
    <ul className="plain ticks" id={id}>
      {fitting.map((choice) => {
        const key = keyOfChoice(choice)
        return (
          <li key={key}>
            <TickBox label={choice.name} checked={value.includes(key)} onToggle={() => toggle(key)} />
            <span>
              {choice.name} <span className="t3">{note(choice)}</span>
            </span>
          </li>
        )
      })}
    </ul>
  )
}
