'use client'

import { useTranslations } from 'use-intl'
import { Ago } from '@/components/ui/ago'
import { type MachineView, machineStates } from '@/lib/machines/views'

/** The states in their order; where it stands now, and since when. */
export function LifecycleLine({ machine }: { machine: Pick<MachineView, 'state' | 'stateSince'> }) {
  const t = useTranslations()
  const at = machineStates.indexOf(machine.state)
  return (
    <ol className="life" aria-label={t('machines.lifecycle')}>
      {machineStates.map((state, i) => (
        <li key={state} className={i === at ? 'now' : i < at ? 'was' : ''} aria-current={i === at ? 'step' : undefined}>
          <i aria-hidden="true" />
          {t(`status.machine.${state}`)}
          {i === at ? (
            <span className="since">
              {t('machines.since')} <Ago at={machine.stateSince} as="ago" />
            </span>
          ) : null}
        </li>
      ))}
    </ol>
  )
}
