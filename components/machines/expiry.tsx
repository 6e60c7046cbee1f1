'use client'

import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { DateOnly } from '@/components/ui/ago'
import { useAsTimePasses } from '@/components/ui/clock'
import { Notice } from '@/components/ui/notice'
import { dayMs } from '@/lib/machines/inventory-views'
import type { MachineList, MachineRow } from '@/lib/machines/views'
import { paths } from '@/lib/paths'

const useDaysLeft = (at: string) => useAsTimePasses((now) => Math.ceil((Date.parse(at) - now) / dayMs))

/** In a row: amber from the last reminder on, red when it is over. */
export function ExpiryCell({ machine }: { machine: MachineRow }) {
  const { expiresAt, expiry } = machine
  if (!expiresAt) return <span className="t3">–</span>
  return (
    <span className={expiry === 'over' ? 'text-red' : expiry ? 'text-amber' : 't2'}>
      <DateOnly at={expiresAt} />
    </span>
  )
}

/** On the machine's page, once a reminder was due. */
export function ExpiryNotice({ machine }: { machine: Pick<MachineRow, 'expiresAt' | 'expiry' | 'owner'> }) {
  if (!machine.expiresAt || !machine.expiry) return null
  return <Ends at={machine.expiresAt} isOver={machine.expiry === 'over'} owner={machine.owner} />
}

function Ends({ at, isOver, owner }: { at: string; isOver: boolean; owner: string | null }) {
  const t = useTranslations()
  const days = useDaysLeft(at)
  return (
    <Notice
      tone={isOver ? 'red' : 'amber'}
      shape={isOver ? 'warn' : 'ask'}
      title={isOver ? t('inventory.over') : t('inventory.ends', { days })}
    >
      <DateOnly at={at} /> {owner ? t('inventory.ownedBy', { owner }) : t('inventory.noOwner')}
    </Notice>
  )
}

/** Above the list: how many need somebody, and the way to them. */
export function ExpiringNotice({ expiring }: { expiring: MachineList['expiring'] }) {
  const t = useTranslations()
  const { over, soon } = expiring
  if (over + soon === 0) return null
  return (
    <div className="mb-4">
      <Notice
        tone={over > 0 ? 'red' : 'amber'}
        shape={over > 0 ? 'warn' : 'ask'}
        title={over > 0 ? t('inventory.someOver', { count: over }) : t('inventory.someEnd', { count: soon })}
        acts={
          <Link className="btn sm" href={`${paths.platformMachines}?expiry=over,soon`}>
            {t('inventory.show')}
          </Link>
        }
      >
        {over > 0 && soon > 0 ? t('inventory.someEnd', { count: soon }) : null}
      </Notice>
    </div>
  )
}
