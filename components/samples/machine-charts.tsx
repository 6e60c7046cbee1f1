'use client'

import { useQuery } from '@tanstack/react-query'
import { useTranslations } from 'use-intl'
import { fetchJson } from '@/components/frame/fetch-json'
import { useFailure } from '@/components/frame/use-refusal'
import { Section } from '@/components/ui/section'
import { cores, formatMib } from '@/components/ui/sizes'
import { api } from '@/lib/paths'
import { type MachineUsage, MachineUsageSchema } from '@/lib/samples/views'
import { Spark } from './spark'
import { refreshMs } from './use-service-usage'

function Charts({ usage }: { usage: MachineUsage }) {
  const t = useTranslations()
  const { capacity } = usage
  const charts = [
    ['CPU', usage.cpuMillis, capacity.cpuMillis, cores, t('usage.ofCores', { whole: cores(capacity.cpuMillis) })],
    [t('machines.memory'), usage.memoryMib, capacity.memoryMib, formatMib, t('usage.of', { whole: formatMib(capacity.memoryMib) })],
    [t('machines.disk'), usage.diskMib, capacity.diskMib, formatMib, t('usage.of', { whole: formatMib(capacity.diskMib) })],
  ] as const
  return (
    <div className="charts">
      {charts.map(([label, values, ceiling, format, of]) => (
        <div key={label}>
          <span className="t2">{label}</span>
          <Spark tall label={label} values={values} ceiling={ceiling} format={format} of={of} from={usage.from} slotMs={usage.slotMs} />
        </div>
      ))}
    </div>
  )
}

/** What a machine has used in the last day: three lines and how often its units were started again. */
export function MachineCharts({ name }: { name: string }) {
  const t = useTranslations()
  const failure = useFailure()
  const { data, error } = useQuery({
    queryKey: ['machine-usage', name],
    queryFn: ({ signal }) => fetchJson(api.machineUsage(name), MachineUsageSchema, signal),
    refetchInterval: refreshMs,
  })
  const isEmpty = data?.memoryMib.every((value) => value === null)
  const restarts = data?.restarts ?? 0
  return (
    <Section
      title={t('usage.title')}
      hint={t('usage.hint')}
      end={restarts > 0 ? <span className="t3">{t('usage.restartsOfUnits', { count: restarts })}</span> : null}
    >
      {isEmpty ? (
        <p className="t3">{t('usage.none')}</p>
      ) : data ? (
        <Charts usage={data} />
      ) : (
        <p className="t3 charts-wait">{error ? failure({ code: 'unavailable', message: error.message }) : null}</p>
      )}
    </Section>
  )
}
