'use client'

import { useTranslations } from 'use-intl'
import { cores, formatMib } from '@/components/ui/sizes'
import type { UnitView } from '@/lib/services/views'
import { Spark } from './spark'
import type { ShownUsage } from './use-service-usage'

interface Props {
  unit: UnitView
  usage: ShownUsage | undefined
}

/** CPU of a unit: a line, the newest figure, and what it may take. */
export function UnitCpu({ unit: { cpuMillis }, usage }: Props) {
  const t = useTranslations()
  if (cpuMillis === null) return '–'
  const of = cpuMillis > 0 ? t('usage.ofCores', { whole: cores(cpuMillis) }) : null
  return usage ? <Spark label="CPU" values={usage.cpuMillis} ceiling={cpuMillis} format={cores} of={of} {...placeOf(usage)} /> : of
}

export function UnitMemory({ unit: { memoryMib, sizeHeld }, usage }: Props) {
  const t = useTranslations()
  if (memoryMib === null) return '–'
  const of = memoryMib > 0 ? t('usage.of', { whole: formatMib(memoryMib) }) : null
  return (
    <>
      {usage ? (
        <Spark label={t('machines.memory')} values={usage.memoryMib} ceiling={memoryMib} format={formatMib} of={of} {...placeOf(usage)} />
      ) : (
        of
      )}
      {sizeHeld ? null : <span className="t3 f12 block">{t('sizes.notHeld')}</span>}
    </>
  )
}

/** What lies in its folder, data included; nothing holds it to what it reserves. */
export function UnitDisk({ unit: { diskMib }, usage }: Props) {
  const t = useTranslations()
  if (diskMib === null) return '–'
  const of = diskMib > 0 ? t('usage.of', { whole: formatMib(diskMib) }) : null
  return usage ? (
    <Spark label={t('machines.disk')} values={usage.diskMib} ceiling={diskMib} format={formatMib} of={of} {...placeOf(usage)} />
  ) : (
    of
  )
}

const placeOf = ({ from, slotMs }: ShownUsage) => ({ from, slotMs })
