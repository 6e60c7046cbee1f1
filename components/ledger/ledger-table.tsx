'use client'

import Link from 'next/link'
import { useRouter } from 'next/navigation'
import { useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailure, useRefusal, useSay } from '@/components/frame/use-refusal'
import { Ago } from '@/components/ui/ago'
import { DangerDialog } from '@/components/ui/danger-dialog'
import { type Column, Table } from '@/components/ui/table'
import type { LedgerAct, LedgerLine } from '@/lib/ledger/views'
import { paths } from '@/lib/paths'
import type { Act } from '@/lib/views'
import { useLedgerWords } from './use-ledger-words'

export type DecideLedger = Act<{ lineId: string; act: LedgerAct; typedName?: string }>

interface Asked {
  line: LedgerLine
  act: LedgerAct
}

/** What agents say of data that they did not delete. */
const refusals: readonly string[] = ['data_in_use', 'data_shared', 'data_not_ours']

function Outcome({ line }: { line: LedgerLine }) {
  const t = useTranslations()
  const say = useSay()
  if (!line.closedAt && line.refusedAs)
    return <span className="t2">{say(`ledger.refused.${refusals.includes(line.refusedAs) ? line.refusedAs : 'other'}`)}</span>
  if (!line.closedAt) return <span className="t3">{line.isAsked ? t('ledger.asked') : t('ledger.undecided')}</span>
  return (
    <span className="t2">
      {t(`ledger.closed.${line.closedAs ?? 'gone'}`)} <Ago at={line.closedAt} className="t3" />
      {line.closedBy ? <span className="t3"> {line.closedBy.name}</span> : null}
    </span>
  )
}

function useColumns(onMachine: boolean): Column<LedgerLine>[] {
  const t = useTranslations()
  const words = useLedgerWords()
  const where: Column<LedgerLine> = {
    key: 'machine',
    head: t('ledger.where'),
    cell: (line) => (line.machineName ? <Link href={paths.machine(line.machineName)}>{line.machineName}</Link> : (line.clusterName ?? '–')),
  }
  return [
    {
      key: 'what',
      head: t('ledger.what'),
      className: 'name',
      cell: (line) => (
        <>
          <span className="block b whitespace-normal pt-1.5">
            {line.kind === 'data' && line.unitName ? `${line.unitName}: ${line.what}` : words(line).what}
          </span>
          <span className="block t3 f12 whitespace-normal pb-1.5">{words(line).why}</span>
        </>
      ),
    },
    { key: 'kind', head: t('ledger.kindHead'), wide: true, cell: (line) => t(`ledger.kind.${line.kind}`) },
    ...(onMachine ? [] : [where]),
    {
      key: 'org',
      head: t('machines.organization'),
      wide: true,
      cell: (line) => <span className="t2">{line.organizationName ?? '–'}</span>,
    },
    { key: 'at', head: t('services.since'), right: true, wide: true, cell: (line) => <Ago at={line.at} className="t3 num" /> },
    { key: 'outcome', head: t('ledger.outcome'), className: 'whitespace-normal', cell: (line) => <Outcome line={line} /> },
  ]
}

/** Lines of the ledger with what may become of each. */
export function LedgerTable({ lines, decide, onMachine = false }: { lines: LedgerLine[]; decide: DecideLedger; onMachine?: boolean }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const failure = useFailure()
  const router = useRouter()
  const words = useLedgerWords()
  const [asked, ask] = useState<Asked | null>(null)
  const [error, setError] = useState<string | undefined>()
  const confirm = async (typedName: string) => {
    if (!asked) return
    setError(undefined)
    const answer = await decide({ lineId: asked.line.id, act: asked.act, ...(typedName ? { typedName } : {}) })
    if (!answer.ok) return setError(failure(answer.error))
    ask(null)
    router.refresh()
  }
  const columns = useColumns(onMachine)
  const menuOf = (line: LedgerLine) => [
    line.acts.map(({ act, gate, typed }) => ({
      key: act,
      label: t(`ledger.act.${act}`),
      why: refusal(gate),
      danger: typed !== null,
      onSelect: () => {
        setError(undefined)
        ask({ line, act })
      },
    })),
  ]
  const typed = asked?.line.acts.find((one) => one.act === asked.act)?.typed ?? undefined
  return (
    <>
      <Table
        inset={onMachine}
        label={t('nav.ledger')}
        rows={lines}
        keyOf={(line) => line.id}
        nameOf={(line) => line.unitName ?? line.what}
        columns={columns}
        {...(lines.some((line) => line.acts.length > 0) ? { menuOf } : {})}
      />
      <DangerDialog
        key={asked ? `${asked.line.id}${asked.act}` : 'none'}
        open={asked !== null}
        onClose={() => ask(null)}
        onConfirm={confirm}
        title={asked ? t(`ledger.act.${asked.act}`) : ''}
        effects={
          asked
            ? [
                { text: `${words(asked.line).what}${asked.line.machineName ? ` (${asked.line.machineName})` : ''}` },
                { text: t(`ledger.effect.${asked.act}`), lost: typed !== undefined },
              ]
            : []
        }
        verb={asked ? t(`ledger.act.${asked.act}`) : ''}
        solid={typed !== undefined}
        typed={typed}
        error={error}
      />
    </>
  )
}
