import { useTranslations } from 'use-intl'
import type { Effect } from '@/components/ui/danger-dialog'
import type { Resident } from '@/lib/clusters/resident-views'
import type { ClusterView, Fate } from '@/lib/clusters/views'

export type Ending = 'remove' | 'forget'
export type Namespaces = 'delete' | 'keep'

interface Chosen {
  readonly ending: Ending
  readonly namespaces: Namespaces
  readonly residents: readonly Resident[]
  readonly fateOf: (one: Resident) => Fate
}

type Made = Pick<ClusterView, 'namespaceList'>

export const madeIn = ({ namespaceList }: Made) => namespaceList.filter((one) => one.state !== 'foreign' && !one.adoptedBy).length
const adoptedIn = ({ namespaceList }: Made) => namespaceList.filter((one) => one.adoptedBy).length

const mostNamed = 5

/** What parting with a cluster does, by what was chosen for each that lives there. */
export function usePartEffects(cluster: Made): (chosen: Chosen) => Effect[] {
  const t = useTranslations()
  const [made, adopted] = [madeIn(cluster), adoptedIn(cluster)]
  const ofResidents = ({ residents, fateOf }: Chosen): Effect[] => {
    const counted = (fate: Fate) => residents.filter((one) => fateOf(one) === fate).length
    const [gone, left] = [counted('remove'), counted('leave')]
    const nowhere = residents.filter((one) => one.isOnlyHere && !one.isRoute).map((one) => one.service)
    const names = nowhere.slice(0, mostNamed).join(', ')
    return [
      ...(gone > 0 ? [{ text: t('clusters.fateRemoves', { count: gone }), lost: true }] : []),
      ...(left > 0 ? [{ text: t('clusters.fateLeaves', { count: left }), lost: true }] : []),
      ...(nowhere.length > 0
        ? [{ text: t('clusters.fateNowhere', { count: nowhere.length, names, more: Math.max(0, nowhere.length - mostNamed) }) }]
        : []),
    ]
  }
  const ofRemoval = ({ namespaces, residents, fateOf }: Chosen): Effect[] => {
    const isDeleting = namespaces === 'delete'
    const isSparing = isDeleting && residents.some((one) => fateOf(one) === 'leave')
    return [
      { text: isDeleting ? t('clusters.removeDeletes', { count: made }) : t('clusters.removeKeeps'), lost: isDeleting && made > 0 },
      ...(isSparing ? [{ text: t('clusters.removeSpares') }] : []),
      ...(adopted > 0 ? [{ text: t('clusters.removeAdopted', { count: adopted }) }] : []),
      { text: t('clusters.removeAccount') },
      { text: t('clusters.removeGrants') },
    ]
  }
  const ofForgetting = (): Effect[] => [
    { text: t('clusters.forgetStays', { count: made + adopted }), lost: made + adopted > 0 },
    { text: t('clusters.forgetAccount') },
    { text: t('clusters.removeGrants') },
  ]
  return (chosen) => [...ofResidents(chosen), ...(chosen.ending === 'forget' ? ofForgetting() : ofRemoval(chosen))]
}
