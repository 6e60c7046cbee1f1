'use client'

import { useTranslations } from 'use-intl'
import { UnitStatus } from '@/components/services/unit-status'
import { Ago } from '@/components/ui/ago'
import { Section } from '@/components/ui/section'
import { Table } from '@/components/ui/table'
import type { DeployView } from '@/lib/deploys/views'
import type { UnitStateName } from '@/lib/services/views'

/** What the machines say runs now, whatever the record says. */
export function UnitsNow({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const heard = deploy.now
    .map((unit) => unit.heardAt ?? '')
    .sort()
    .at(-1)
  return (
    <Section
      title={t('deploys.now.title')}
      hint={
        heard ? (
          <>
            {t('deploys.now.read')} <Ago at={heard} as="ago" />
          </>
        ) : null
      }
    >
      <Table
        inset
        label={t('deploys.now.title')}
        rows={deploy.now}
        keyOf={(unit) => unit.id}
        columns={[
          { key: 'unit', head: t('services.unit'), cell: (unit) => unit.name, className: 'name' },
          {
            key: 'state',
            head: t('services.state'),
            cell: (unit) => <UnitStatus unit={{ ...unit, state: unit.state as UnitStateName }} exitCode={unit.exitCode} />,
          },
          {
            key: 'serves',
            head: t('deploys.now.serves'),
            cell: (unit) =>
              unit.release ? (
                <>
                  <span className="mono">r{unit.release.number}</span> <span className="t3">{unit.release.version}</span>
                </>
              ) : (
                '–'
              ),
          },
          { key: 'machine', head: t('services.machine'), cell: (unit) => unit.machineName ?? '–', wide: true },
          {
            key: 'endpoint',
            head: t('services.endpoint'),
            cell: (unit) => <span className="mono">{unit.endpoint ?? '–'}</span>,
            wide: true,
            right: true,
          },
        ]}
      />
    </Section>
  )
}
