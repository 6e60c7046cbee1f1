'use client'

import { memo, useState } from 'react'
import { useTranslations } from 'use-intl'
import { useFailureCode } from '@/components/deploys/task-caption'
import { Status } from '@/components/status/status'
import { Elapsed, Lasted } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Dialog } from '@/components/ui/dialog'
import { Section } from '@/components/ui/section'
import { Segmented } from '@/components/ui/segmented'
import { formatBytes } from '@/components/ui/sizes'
import { type Column, Table } from '@/components/ui/table'
import { Void } from '@/components/ui/void'
import type { CommandGroup, CommandRow, CommandStand, LiveTarget } from '@/lib/commands/views'
import { type DeployView, type TaskStateName, taskStates } from '@/lib/deploys/views'
import { api } from '@/lib/paths'
import { Printed } from './command-words'
import { type RowsAsk, useCommandOutput, useCommandRows, useCommandStand } from './use-command'

/** A point a target, in the order of the plan. Shape, then colour; counts in words stand above. */
const Points = memo(({ board, label }: { board: string; label: string }) => (
  <div className="cmd-board" role="img" aria-label={label}>
    {[...board].map((letter, index) => (
      <i key={index} className={`c-${letter}`} />
    ))}
  </div>
))

function useCountsLabel() {
  const t = useTranslations()
  return (counts: CommandStand['counts']) =>
    taskStates.flatMap((state) => (counts[state] ? [`${counts[state]} ${t(`status.task.${state}`)}`] : [])).join(', ')
}

function Counts({ counts }: { counts: CommandStand['counts'] }) {
  const t = useTranslations()
  return (
    <span className="row wrap">
      {taskStates.map((state) =>
        counts[state] ? (
          <Status
            key={state}
            noun="task"
            state={state}
            word={t('commands.stateCount', { count: counts[state], word: t(`status.task.${state}`) })}
          />
        ) : null,
      )}
    </span>
  )
}

function useEndWord() {
  const t = useTranslations()
  const codeWord = useFailureCode()
  return ({ code, exitCode }: Pick<CommandGroup, 'code' | 'exitCode'>): string | null =>
    code && code !== 'exit_code' ? codeWord(code) : exitCode === null ? null : t('commands.exit', { code: exitCode })
}

function Group({ group, isShown, onShow }: { group: CommandGroup; isShown: boolean; onShow: () => void }) {
  const t = useTranslations()
  const endWord = useEndWord()
  const names = group.names.join(', ')
  const more = group.count - group.names.length
  return (
    <article className="panel cmd-group">
      <header className="panel-h">
        <Status noun="task" state={group.state} word={endWord(group) ?? t(`status.task.${group.state}`)} />
        <b className="num">{t('commands.count', { count: group.count })}</b>
        <span className="t3 cut grow" title={names}>
          {names}
          {more > 0 ? ` +${more}` : ''}
        </span>
        <button type="button" className="link nowrap" aria-pressed={isShown} onClick={onShow}>
          {t(isShown ? 'commands.showAll' : 'commands.showThese')}
        </button>
      </header>
      {group.beginning === null ? null : group.beginning === '' ? (
        <p className="t3 cmd-none">{t('commands.printedNothing')}</p>
      ) : (
        <Printed text={group.beginning} />
      )}
    </article>
  )
}

/** The last lines of those that run, as they come. */
function Live({ live, onOutput }: { live: readonly LiveTarget[]; onOutput: (index: number) => void }) {
  const t = useTranslations()
  if (live.length === 0) return null
  return (
    <Section title={t('commands.soFar')} hint={t('commands.soFarHint')}>
      {live.map(({ index, name, end, outputBytes }) => (
        <article key={index} className="panel cmd-group">
          <header className="panel-h">
            <Status noun="task" state="running" />
            <b className="cut grow">{name}</b>
            <button type="button" className="link num nowrap" onClick={() => onOutput(index)}>
              {formatBytes(outputBytes)}
            </button>
          </header>
          <Printed text={lastLines(end)} />
        </article>
      ))}
    </Section>
  )
}

const lastLines = (text: string): string => text.replace(/\n$/, '').split('\n').slice(-8).join('\n')

function OutputDialog({ deploy, index, onClose }: { deploy: DeployView; index: number | null; onClose: () => void }) {
  const t = useTranslations()
  const { data, error } = useCommandOutput(deploy, index)
  return (
    <Dialog
      open={index !== null}
      onClose={onClose}
      wide
      title={data?.name ?? ''}
      footer={<Button onClick={onClose}>{t('ui.close')}</Button>}
    >
      {data?.isLive ? (
        <p className="t3 mb-2">{t(data.isCut ? 'commands.liveCut' : 'commands.liveWhole', { size: formatBytes(data.outputBytes) })}</p>
      ) : data?.isCut ? (
        <p className="t3 mb-2">{t('commands.cut', { size: formatBytes(data.outputBytes) })}</p>
      ) : null}
      {error ? <p className="t3">{t('ui.loadFailed')}</p> : data ? <Printed text={data.text} /> : <p className="t3">…</p>}
    </Dialog>
  )
}

function useRowColumns(isOfMachines: boolean, onOutput: (index: number) => void): Column<CommandRow>[] {
  const t = useTranslations()
  const endWord = useEndWord()
  return [
    { key: 'name', head: t('commands.target'), className: 'name', cell: (row) => row.name },
    { key: 'state', head: t('services.state'), cell: (row) => <Status noun="task" state={row.state} /> },
    { key: 'end', head: t('commands.ended'), cell: (row) => <span title={row.message ?? undefined}>{endWord(row) ?? '–'}</span> },
    {
      key: 'took',
      head: t('deploys.took'),
      right: true,
      cell: (row) =>
        !row.startedAt ? '–' : row.endedAt ? <Lasted from={row.startedAt} to={row.endedAt} /> : <Elapsed since={row.startedAt} />,
    },
    ...(isOfMachines
      ? []
      : [
          {
            key: 'machine',
            head: t('services.machine'),
            wide: true,
            cell: (row: CommandRow) => <span className="t2">{row.machineName ?? '–'}</span>,
          },
        ]),
    {
      key: 'output',
      head: t('output.title'),
      right: true,
      cell: (row) =>
        row.outputBytes === null ? (
          '–'
        ) : row.outputBytes === 0 ? (
          <span className="t3">{t('commands.nothing')}</span>
        ) : (
          <button type="button" className="link num" onClick={() => onOutput(row.index)}>
            {formatBytes(row.outputBytes)}
          </button>
        ),
    },
  ]
}

function Rows({
  deploy,
  counts,
  group,
  onAll,
  onOutput,
}: {
  deploy: DeployView
  counts: CommandStand['counts']
  group: string | null
  onAll: () => void
  onOutput: (index: number) => void
}) {
  const t = useTranslations()
  const [state, setState] = useState<TaskStateName | 'all'>('all')
  const [turn, setTurn] = useState<Pick<RowsAsk, 'after' | 'before'>>({})
  const columns = useRowColumns(deploy.organizationSlug === null, onOutput)
  const { data, error, refetch } = useCommandRows(deploy, { ...turn, ...(group ? { group } : state === 'all' ? {} : { state }) })
  const choose = (next: TaskStateName | 'all') => {
    onAll()
    setTurn({})
    setState(next)
  }
  return (
    <Section
      title={t('commands.targets')}
      end={
        <Segmented
          label={t('services.state')}
          value={group ? 'all' : state}
          onChange={choose}
          options={[
            { value: 'all' as const, label: t('commands.all') },
            ...taskStates.flatMap((one) => (counts[one] ? [{ value: one, label: t(`status.task.${one}`) }] : [])),
          ]}
        />
      }
    >
      {error ? (
        <Void kind="failed" title={t('ui.loadFailed')} acts={<Button onClick={() => void refetch()}>{t('ui.tryNow')}</Button>} />
      ) : data ? (
        <>
          <div className="scroll-x">
            <Table inset label={t('commands.targets')} rows={data.items} keyOf={(row) => String(row.index)} columns={columns} />
          </div>
          {data.next || data.previous ? (
            <div className="foot-row">
              <span>{t('ui.rowsShown', { count: data.items.length })}</span>
              <span className="grow" />
              <Button size="sm" why={data.previous ? undefined : ''} onClick={() => setTurn({ before: data.previous ?? '' })}>
                {t('ui.earlier')}
              </Button>
              <Button size="sm" why={data.next ? undefined : ''} onClick={() => setTurn({ after: data.next ?? '' })}>
                {t('ui.later')}
              </Button>
            </div>
          ) : null}
        </>
      ) : null}
    </Section>
  )
}

/** Targets by state, what they printed grouped by what is alike, and each of them. */
export function CommandMatrix({ deploy }: { deploy: DeployView }) {
  const t = useTranslations()
  const labelOf = useCountsLabel()
  const { data: stand, error, refetch } = useCommandStand(deploy)
  const [group, setGroup] = useState<string | null>(null)
  const [shown, show] = useState<number | null>(null)
  if (error && !stand)
    return <Void kind="failed" title={t('ui.loadFailed')} acts={<Button onClick={() => void refetch()}>{t('ui.tryNow')}</Button>} />
  if (!stand) return null
  const { organizationSlug: org, number } = deploy
  return (
    <>
      <Section title={t('commands.board')} hint={<Counts counts={stand.counts} />}>
        <Points board={stand.board} label={labelOf(stand.counts)} />
      </Section>
      <Live live={stand.live} onOutput={show} />
      {stand.groups.length > 0 ? (
        <Section
          title={t('commands.printed')}
          hint={t('commands.printedHint')}
          end={
            <span className="row">
              <a className="btn sm" href={api.commandExport(org, number, 'csv')} download>
                CSV
              </a>
              <a className="btn sm" href={api.commandExport(org, number, 'jsonl')} download>
                {t('commands.jsonl')}
              </a>
            </span>
          }
        >
          {stand.groups.map((one) => (
            <Group key={one.key} group={one} isShown={group === one.key} onShow={() => setGroup(group === one.key ? null : one.key)} />
          ))}
          {stand.moreGroups > 0 ? <p className="t3">{t('commands.moreGroups', { count: stand.moreGroups })}</p> : null}
        </Section>
      ) : null}
      <Rows key={group} deploy={deploy} counts={stand.counts} group={group} onAll={() => setGroup(null)} onOutput={show} />
      <OutputDialog deploy={deploy} index={shown} onClose={() => show(null)} />
    </>
  )
}
