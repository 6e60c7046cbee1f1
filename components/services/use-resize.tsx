'use client'

import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { Field } from '@/components/ui/field'
import { Input } from '@/components/ui/input'
import { cores, formatMib } from '@/components/ui/sizes'
import type { ServiceView } from '@/lib/services/views'
import { type Read, readCores, readMib } from './read-size'

const textOf = (value: number | null, per: number) => (value === null ? '' : String(value / per))
const sound = (read: Read) => (read === 'wrong' ? null : read)

/** How much CPU and memory each unit has; a field left empty is as the package says. */
export function useResize({ size }: ServiceView) {
  const t = useTranslations()
  const [cpu, setCpu] = useState(() => textOf(size?.own.cpuMillis ?? null, 1000))
  const [memory, setMemory] = useState(() => textOf(size?.own.memoryMib ?? null, 1))
  const [cpuMillis, memoryMib] = [readCores(cpu), readMib(memory)]
  const says = (value: string | null) => (value === null ? t('sizes.packageSaysNothing') : t('sizes.packageSays', { size: value }))
  const inputs = (
    <>
      <Field
        id="cpu"
        label="CPU"
        error={cpuMillis === 'wrong' ? t('sizes.cpuRule') : undefined}
        help={says(size?.package.cpuMillis ? t('services.cores', { n: cores(size.package.cpuMillis) }) : null)}
      >
        <Input
          id="cpu"
          boxClass="narrow"
          inputMode="decimal"
          unit={t('sizes.cores')}
          bad={cpuMillis === 'wrong'}
          value={cpu}
          onChange={(event) => setCpu(event.target.value)}
        />
      </Field>
      <Field
        id="memory"
        label={t('machines.memory')}
        error={memoryMib === 'wrong' ? t('sizes.memoryRule') : undefined}
        help={says(size?.package.memoryMib ? formatMib(size.package.memoryMib) : null)}
      >
        <Input
          id="memory"
          boxClass="narrow"
          inputMode="numeric"
          unit="MiB"
          bad={memoryMib === 'wrong'}
          value={memory}
          onChange={(event) => setMemory(event.target.value)}
        />
      </Field>
      <p className="t3 mb-3">{t('sizes.resizeHelp')}</p>
    </>
  )
  const blocked = cpuMillis === 'wrong' || memoryMib === 'wrong'
  return { inputs, blocked, change: { size: { cpuMillis: sound(cpuMillis), memoryMib: sound(memoryMib) } } }
}
