'use client'

import { useQuery } from '@tanstack/react-query'
import Link from 'next/link'
import { useTranslations } from 'use-intl'
import { WhyChanged } from '@/components/changes/why-changed'
import { fetchJson } from '@/components/frame/fetch-json'
import { useLiveQuery } from '@/components/frame/live'
import { Page } from '@/components/frame/page'
import { PageHead } from '@/components/frame/page-head'
import { useSentence } from '@/components/frame/use-refusal'
import { InitResults, type LookAgain } from '@/components/init/init-results'
import { type DecideLedger, LedgerTable } from '@/components/ledger/ledger-table'
import { MachineCharts } from '@/components/samples/machine-charts'
import { Reserved } from '@/components/services/reserved'
import { UnitStatus } from '@/components/services/unit-status'
import { EnvironmentTag } from '@/components/status/environment-tag'
import { Ago, DateOnly, Exact } from '@/components/ui/ago'
import { KeyValues } from '@/components/ui/facts'
import { HashMark } from '@/components/ui/hash-mark'
import { Progress } from '@/components/ui/meter'
import { Notice } from '@/components/ui/notice'
import { RailSection, Section } from '@/components/ui/section'
import { cores, formatMib } from '@/components/ui/sizes'
import { Table } from '@/components/ui/table'
import { type MachineUnit, type MachineView, MachineViewSchema } from '@/lib/machines/views'
import { api, paths } from '@/lib/paths'
import { Limits, ReadAt, Silence } from './freshness'
import type { SetInventory } from './inventory-dialog'
import { InventoryRail } from './inventory-rail'
import { LifecycleLine } from './lifecycle-line'
import type { ResumePool } from './loss-notice'
import { MachineActs, type MoveMachine } from './machine-acts'
import { MachineCares, type TendMachine } from './machine-cares'
import { MachineNotices } from './machine-notices'
import { MachineBadge } from './machine-status'

function Silent({ machine }: { machine: MachineView }) {
  const t = useTranslations()
  if (!machine.heardAt || machine.state === 'new' || machine.state === 'offline') return null
  return (
    <Silence heardAt={machine.heardAt}>
      {(sentence, silence) => (
        <div className="mb-4">
          <Notice tone="none" title={sentence} role="status">
            {t('machines.silentHelp', { count: machine.unitList.length })}
            <Progress tone="flat" percent={(silence / machine.lostAfterMs) * 100} label={sentence} />
          </Notice>
        </div>
      )}
    </Silence>
  )
}

function Units({ machine }: { machine: MachineView }) {
  const t = useTranslations()
  const sentence = useSentence()
  const isMoving = machine.state === 'error_detected' || machine.drainSince !== null
  if (machine.unitList.length === 0) return <p className="t3">{t('machines.noUnits')}</p>
  return (
    <Table
      inset
      label={t('services.units')}
      rows={machine.unitList}
      keyOf={(unit) => unit.id}
      columns={[
        {
          key: 'unit',
          head: t('services.unit'),
          className: 'name',
          cell: (unit) => (unit.href ? <Link href={unit.href}>{unit.name}</Link> : unit.name),
        },
        { key: 'state', head: t('services.state'), cell: (unit) => <UnitStatus unit={{ ...unit, heardAt: machine.heardAt }} was /> },
        ...(isMoving
          ? [
              {
                key: 'moves',
                head: t('machines.moves'),
                cell: (unit: MachineUnit) => (
                  <span className={unit.stays ? 't2 brk' : 'brk'}>{unit.stays ? sentence(unit.stays) : t('machines.movesByItself')}</span>
                ),
              },
            ]
          : []),
        { key: 'org', head: t('machines.organization'), wide: true, cell: (unit) => <span className="t2">{unit.organizationName}</span> },
        {
          key: 'release',
          head: t('services.release'),
          wide: isMoving,
          cell: (unit) =>
            unit.release ? (
              <>
                <span className="mono">r{unit.release.number}</span> <span className="t3">{unit.release.version}</span>
              </>
            ) : (
              '–'
            ),
        },
        { key: 'port', head: t('plan.port'), right: true, wide: true, cell: (unit) => <span className="mono">{unit.port ?? '–'}</span> },
        {
          key: 'memory',
          head: t('services.reserved'),
          right: true,
          wide: true,
          cell: (unit) => <Reserved unit={unit} isHeld={machine.sizes?.by !== 'none'} />,
        },
        { key: 'since', head: t('services.since'), right: true, wide: true, cell: (unit) => <Ago at={unit.since} className="t3 num" /> },
      ]}
    />
  )
}

function FactsRail({ machine, describe }: { machine: MachineView; describe: SetInventory }) {
  const t = useTranslations()
  const { facts, reserved, capacity } = machine
  const percent = (part: number, whole: number) => (whole > 0 ? (part / whole) * 100 : 0)
  return (
    <aside className="rail">
      <RailSection
        title={t('machines.facts')}
        end={
          machine.heardAt ? (
            <>
              {t('machines.asOf')} <Ago at={machine.heardAt} as="ago" />
            </>
          ) : null
        }
      >
        <KeyValues
          rows={[
            [t('machines.lastHeard'), machine.heardAt ? <Exact key="h" at={machine.heardAt} /> : t('machines.never')],
            facts.system ? [t('machines.system'), [facts.system, facts.kernel].filter(Boolean).join(', ')] : null,
            facts.cores ? ['CPU', t('services.cores', { n: facts.cores })] : null,
            facts.memoryMib ? [t('machines.memory'), formatMib(facts.memoryMib)] : null,
            facts.diskMib
              ? [
                  t('machines.disk'),
                  <span key="d">
                    {formatMib(facts.diskMib)}{' '}
                    {facts.diskFreeMib ? <span className="t3">{t('machines.free', { size: formatMib(facts.diskFreeMib) })}</span> : null}
                  </span>,
                ]
              : null,
            machine.sizes
              ? [
                  t('sizes.title'),
                  <span key="s" className="brk">
                    {t(`sizes.by.${machine.sizes.by}`)} {machine.sizes.reason ? <span className="t3">{machine.sizes.reason}</span> : null}
                  </span>,
                ]
              : null,
            machine.accounts
              ? [
                  t('runAs.title'),
                  <span key="u" className="brk">
                    {t(`runAs.kind.${machine.accounts.kind}`)}{' '}
                    {machine.accounts.reason ? <span className="t3">{machine.accounts.reason}</span> : null}
                  </span>,
                ]
              : null,
            [
              t('machines.addresses'),
              <span key="a" className="mono">
                {(facts.addresses?.length ? facts.addresses : [machine.address]).map((address) => (
                  <span key={address} className="block">
                    {address}
                  </span>
                ))}
              </span>,
            ],
            [
              t('machines.agent'),
              <span key="v" className="mono">
                {machine.agentVersion ?? '–'}
              </span>,
            ],
            [t('machines.identity'), <HashMark key="i" hash={machine.identity} />],
            [t('machines.enrolled'), <DateOnly key="e" at={machine.enrolledAt} />],
          ]}
        />
      </RailSection>
      <InventoryRail machine={machine} set={describe} />
      <RailSection title={t('machines.reserved')}>
        <div className="stack">
          <div className="row between">
            <span className="t2">CPU</span>
            <span className="t3 num">{t('machines.ofCores', { part: cores(reserved.cpuMillis), whole: cores(capacity.cpuMillis) })}</span>
          </div>
          <Progress tone="flat" percent={percent(reserved.cpuMillis, capacity.cpuMillis)} label="CPU" />
          <div className="row between">
            <span className="t2">{t('machines.memory')}</span>
            <span className="t3 num">
              {t('machines.ofSize', { part: formatMib(reserved.memoryMib), whole: formatMib(capacity.memoryMib) })}
            </span>
          </div>
          <Progress tone="flat" percent={percent(reserved.memoryMib, capacity.memoryMib)} label={t('machines.memory')} />
        </div>
      </RailSection>
    </aside>
  )
}

interface Props {
  initial: MachineView
  move: MoveMachine
  tend: TendMachine
  resume: ResumePool
  decide: DecideLedger
  lookAgain: LookAgain
  describe: SetInventory
}

export function MachinePage({ initial, move, tend, resume, decide, lookAgain, describe }: Props) {
  const t = useTranslations()
  const sentence = useSentence()
  const key = ['machine', initial.id]
  const { data: machine, refetch } = useQuery({
    queryKey: key,
    queryFn: ({ signal }) => fetchJson(api.machine(initial.name), MachineViewSchema, signal),
    initialData: initial,
    staleTime: 2000,
    refetchInterval: 10_000,
  })
  useLiveQuery('platform', key, 800)
  return (
    <Limits value={{ unknownAfterMs: machine.unknownAfterMs, lostAfterMs: machine.lostAfterMs }}>
      <ReadAt asOf={machine.asOf} again={() => void refetch()}>
        <Page crumb={[{ label: t('nav.platform') }, { label: t('nav.machines'), href: paths.platformMachines }, { label: machine.name }]}>
          <PageHead
            title={machine.name}
            marks={
              <>
                <MachineBadge machine={machine} />
                <EnvironmentTag environment={machine.pool.environment} />
                {machine.maintenance ? <span className="tag">{t('machines.maintenance')}</span> : null}
              </>
            }
            sub={
              <>
                <Link className="u" href={paths.pool(machine.pool.name)}>
                  {t('machines.inPool', { name: machine.pool.name })}
                </Link>{' '}
                {machine.stateReason ? sentence(machine.stateReason) : null}
              </>
            }
          />
          <Silent machine={machine} />
          <MachineNotices machine={machine} resume={resume} />
          <div className="cols">
            <div>
              <LifecycleLine machine={machine} />
              {machine.state === 'new' ? <InitResults machine={machine} lookAgain={lookAgain} /> : null}
              <MachineCharts name={machine.name} />
              <Section title={t('services.units')} hint={machine.unitList.length}>
                <Units machine={machine} />
              </Section>
              {machine.ledger.length > 0 ? (
                <Section title={t('nav.ledger')} hint={t('ledger.hint')}>
                  <LedgerTable onMachine lines={machine.ledger} decide={decide} />
                </Section>
              ) : null}
              <MachineActs machine={machine} move={move} />
              <MachineCares machine={machine} tend={tend} />
              {machine.state === 'new' ? null : <InitResults machine={machine} lookAgain={lookAgain} />}
              <Section title={t('changes.title')} hint={t('machines.history')}>
                <WhyChanged address={api.machineChanges(machine.name)} topic="platform" />
              </Section>
            </div>
            <FactsRail machine={machine} describe={describe} />
          </div>
        </Page>
      </ReadAt>
    </Limits>
  )
}
