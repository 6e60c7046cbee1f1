'use client'

import { useTranslations } from 'use-intl'
import { useSentence } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { Stone } from '@/components/ui/stone'
import { type Column, Table } from '@/components/ui/table'
import { TickBox } from '@/components/ui/tick-box'
import type { CommandOffer, CommandTarget } from '@/lib/commands/views'
import type { CommandForm } from './use-command-draft'

function useColumns(isOfMachines: boolean): Column<CommandTarget>[] {
  const t = useTranslations()
  const sentence = useSentence()
  const machine: Column<CommandTarget> = {
    key: 'machine',
    head: t('services.machine'),
    wide: true,
    cell: (target) => <span className="t2">{target.machineName ?? '–'}</span>,
  }
  return [
    { key: 'name', head: t(isOfMachines ? 'services.machine' : 'services.unit'), className: 'name', cell: (target) => target.name },
    ...(isOfMachines ? [] : [machine]),
    { key: 'runtime', head: t('services.runtime'), wide: true, cell: (target) => <span className="t2">{target.runtimeName}</span> },
    {
      key: 'heard',
      head: t('services.heard'),
      right: true,
      cell: (target) => (target.heardAt ? <Ago at={target.heardAt} className="t3 num" /> : '–'),
    },
    {
      key: 'why',
      head: '',
      cell: (target) =>
        target.whyNot ? (
          <span className="st">
            <Stone shape="dash" />
            {sentence(target.whyNot)}
          </span>
        ) : null,
    },
  ]
}

/** Exactly these; what is left out stands below with its reason. */
export function TargetTable({ label, targets, isOfMachines }: { label: string; targets: CommandTarget[]; isOfMachines: boolean }) {
  const columns = useColumns(isOfMachines).filter((column) => column.key !== 'why' || targets.some((target) => target.whyNot))
  return (
    <div className="scroll-x cmd-targets">
      <Table inset label={label} rows={targets} keyOf={(target) => target.key} columns={columns} />
    </div>
  )
}

export function TargetChoice({ offer, form }: { offer: CommandOffer; form: CommandForm }) {
  const t = useTranslations()
  const columns = useColumns(offer.name === null)
  const able = offer.targets.filter((target) => !target.whyNot)
  const { keys } = form.draft
  const isAll = able.length > 0 && able.every((target) => keys.has(target.key))
  const pick: Column<CommandTarget> = {
    key: 'pick',
    className: 'pick-c',
    head: (
      <TickBox
        label={t('commands.pickAll')}
        checked={isAll}
        mixed={!isAll && keys.size > 0}
        onToggle={() => form.set({ keys: new Set(isAll ? [] : able.map((target) => target.key)) })}
      />
    ),
    cell: (target) =>
      target.whyNot ? null : (
        <TickBox label={t('ui.selectRow', { name: target.name })} checked={keys.has(target.key)} onToggle={() => form.toggle(target.key)} />
      ),
  }
  return (
    <div className="scroll-x cmd-targets">
      <Table inset label={t('commands.targets')} rows={offer.targets} keyOf={(target) => target.key} columns={[pick, ...columns]} />
    </div>
  )
}
