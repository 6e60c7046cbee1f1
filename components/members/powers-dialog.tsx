'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { ActDialog } from '@/components/frame/act-dialog'
import { useAct } from '@/components/frame/use-act'
import type { OrganizationRow } from '@/lib/organizations/views'
import { type ClusterPower, clusterPowers } from '@/lib/protocol/cluster-powers'
import type { Act } from '@/lib/views'

export type SetPowers = Act<{ organization: string; powers: ClusterPower[]; seen: ClusterPower[] }>

interface Props {
  organization: OrganizationRow
  setPowers: SetPowers
  close: () => void
}

/** What an operator lets pods of an organisation have beyond the fence. */
export function PowersDialog({ organization: { slug, name, powers: seen }, setPowers, close }: Props) {
  const t = useTranslations()
  const [powers, set] = useState<readonly ClusterPower[]>(seen)
  const acting = useAct()
  const toggle = (power: ClusterPower) =>
    set((before) => clusterPowers.filter((one) => (one === power ? !before.includes(one) : before.includes(one))))
  const isSame = powers.join() === seen.join()
  return (
    <ActDialog
      title={t('organizations.powersOf', { name })}
      verb={t('organizations.powersSave')}
      why={isSame ? t('organizations.powersSame') : undefined}
      acting={acting}
      act={() => setPowers({ organization: slug, powers: [...powers], seen: [...seen] })}
      close={close}
    >
      <p className="t2 mb-3">{t('organizations.powersHelp')}</p>
      {clusterPowers.map((power) => (
        <label key={power} className="row">
          <input type="checkbox" checked={powers.includes(power)} onChange={() => toggle(power)} />
          <span>{t(`organizations.power.${power}`)}</span>
        </label>
      ))}
    </ActDialog>
  )
}
