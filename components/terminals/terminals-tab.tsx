'use client'

import { useQuery } from '@tanstack/react-query'
import { type FormEvent, useState } from 'react'
import { useTranslations } from 'use-intl'
import { fetchJson, postJson } from '@/components/frame/fetch-json'
import { useSignedIn } from '@/components/frame/sign-in-again'
import { useFailure, useRefusal } from '@/components/frame/use-refusal'
import { Ago, Lasted } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Input } from '@/components/ui/input'
import { Section } from '@/components/ui/section'
import { Select } from '@/components/ui/select'
import { Table } from '@/components/ui/table'
import { useToast } from '@/components/ui/toast'
import { Void } from '@/components/ui/void'
import { api } from '@/lib/paths'
import type { ServiceView } from '@/lib/services/views'
import { isTooLong, OpenedTerminalSchema, TerminalListSchema, type TerminalView } from '@/lib/terminals/views'
import { splitWords } from './split-words'
import { LiveTerminal, Replay, useEndWords } from './terminal-dock'

type Shown = { kind: 'live'; terminalId: string; ticket: string; unitName: string } | { kind: 'replay'; terminal: TerminalView }

function useTerminals(service: ServiceView) {
  const { organizationSlug: org, applicationSlug: app, name, environment } = service
  return useQuery({
    queryKey: ['terminals', service.stageId],
    queryFn: ({ signal }) => fetchJson(`${api.terminals(org, app, name)}?environment=${environment}`, TerminalListSchema, signal),
    refetchInterval: ({ state }) => (state.data?.items.some((one) => one.endedAt === null) ? 2000 : 10_000),
  })
}

/** Asks for a terminal or a command on a unit; undefined when it was refused, which is said. */
function useOpen(service: ServiceView, unitId: string | undefined) {
  const { organizationSlug: org, applicationSlug: app, name } = service
  const failure = useFailure()
  const toast = useToast()
  const signedIn = useSignedIn()
  const [busy, setBusy] = useState(false)
  const open = async (argv?: string[]) => {
    setBusy(true)
    const answer = await signedIn(() =>
      postJson(api.terminals(org, app, name), { body: { unitId, ...(argv ? { argv } : {}) }, schema: OpenedTerminalSchema }),
    )
    setBusy(false)
    if (answer.ok) return answer.data
    toast('red', failure(answer.error))
    return undefined
  }
  return { busy, open }
}

function CommandLine({ busy, why, onRun }: { busy: boolean; why: string | undefined; onRun: (argv: string[]) => void }) {
  const t = useTranslations()
  const [line, setLine] = useState('')
  const argv = splitWords(line)
  const whyNot = why ?? (isTooLong(argv ?? []) ? t('terminal.tooLong') : undefined)
  const run = (event: FormEvent) => {
    event.preventDefault()
    if (argv && argv.length > 0 && !busy && whyNot === undefined) onRun(argv)
  }
  return (
    <form className="term-run" onSubmit={run}>
      <Input
        value={line}
        bad={argv === undefined || isTooLong(argv)}
        placeholder={t('terminal.command')}
        aria-label={t('terminal.command')}
        title={t('terminal.commandHelp')}
        onChange={(event) => setLine(event.target.value)}
      />
      <Button type="submit" busy={busy} why={whyNot}>
        {t('terminal.run')}
      </Button>
    </form>
  )
}

function Recordings({ items, onReplay }: { items: TerminalView[]; onReplay: (terminal: TerminalView) => void }) {
  const t = useTranslations()
  const endWords = useEndWords()
  return (
    <Table
      inset
      label={t('terminal.recordings')}
      rows={items}
      keyOf={(one) => one.id}
      columns={[
        { key: 'unit', head: t('services.unit'), className: 'name', cell: (one) => one.unitName },
        {
          key: 'what',
          head: t('terminal.what'),
          className: 'max-[720px]:w-full max-[720px]:max-w-0',
          cell: (one) => <span className="mono t2 cut block">{one.argv?.join(' ') ?? t('terminal.shell')}</span>,
        },
        { key: 'by', head: t('deploys.by'), wide: true, cell: (one) => one.openedBy.name },
        {
          key: 'end',
          head: t('services.state'),
          wide: true,
          cell: (one) =>
            one.endReason ? endWords({ reason: one.endReason, exitCode: one.exitCode, message: null }) : t('terminal.state.open'),
        },
        {
          key: 'lasted',
          head: t('terminal.lasted'),
          right: true,
          wide: true,
          cell: (one) => (one.endedAt ? <Lasted from={one.createdAt} to={one.endedAt} /> : '–'),
        },
        { key: 'at', head: t('services.made'), right: true, cell: (one) => <Ago at={one.createdAt} className="t3 num" /> },
        {
          key: 'act',
          head: '',
          right: true,
          cell: (one) => (
            <button type="button" className="link" onClick={() => onReplay(one)}>
              {t('terminal.replay')}
            </button>
          ),
        },
      ]}
    />
  )
}

/** Units on their machines, and pods that run in their clusters. */
const placesOf = (service: ServiceView): { id: string; name: string; on: string | undefined }[] =>
  service.placements.flatMap(({ units, workload, runtime }) => [
    ...units.flatMap(({ id, name, machine }) => (machine ? [{ id, name, on: machine.name }] : [])),
    ...(workload?.pods ?? []).flatMap(({ id, name, state }) =>
      state === 'ready' || state === 'running' ? [{ id, name, on: runtime.name }] : [],
    ),
  ])

/** Terminals and single commands on the units of a service, and what they showed. */
export function TerminalsTab({ service }: { service: ServiceView }) {
  const t = useTranslations()
  const refusal = useRefusal()
  const { organizationSlug: org } = service
  const { data, error, refetch } = useTerminals(service)
  const units = placesOf(service)
  const [wanted, setWanted] = useState<string | null>(null)
  const unit = units.find((one) => one.id === wanted) ?? units[0]
  const { busy, open } = useOpen(service, unit?.id)
  const [shown, setShown] = useState<Shown | null>(null)
  if (error)
    return <Void kind="failed" title={t('ui.loadFailed')} acts={<Button onClick={() => void refetch()}>{t('ui.tryNow')}</Button>} />
  if (!data) return null
  const why = refusal(data.open) ?? (unit ? undefined : t('terminal.noUnits'))
  if (!data.open.allowed && data.items.length === 0) {
    return (
      <Void kind="denied" title={t('terminal.denied')}>
        {why}
      </Void>
    )
  }
  const begin = async (argv?: string[]) => {
    const opened = await open(argv)
    if (!opened || !unit) return
    const { data: now } = await refetch()
    const terminal = now?.items.find((one) => one.id === opened.terminalId)
    if (opened.ticket) setShown({ kind: 'live', terminalId: opened.terminalId, ticket: opened.ticket, unitName: unit.name })
    else if (terminal) setShown({ kind: 'replay', terminal })
  }
  const close = () => {
    setShown(null)
    void refetch()
  }
  return (
    <>
      <div className="term-open">
        <Select
          id="terminal-unit"
          label={t('services.unit')}
          value={unit?.id ?? null}
          onChange={setWanted}
          placeholder={t('terminal.noUnits')}
          options={units.map((one) => ({ value: one.id, label: one.name, note: one.on }))}
        />
        <Button
          icon="terminal"
          busy={busy}
          why={why ?? (shown?.kind === 'live' ? t('terminal.oneAtATime') : undefined)}
          onClick={() => void begin()}
        >
          {t('terminal.open')}
        </Button>
        <CommandLine
          busy={busy}
          why={why ?? (shown?.kind === 'live' ? t('terminal.oneAtATime') : undefined)}
          onRun={(argv) => void begin(argv)}
        />
      </div>
      {shown?.kind === 'live' ? (
        <LiveTerminal key={shown.terminalId} org={org} opened={shown} unitName={shown.unitName} onClose={close} />
      ) : null}
      {shown?.kind === 'replay' ? <Replay key={shown.terminal.id} org={org} recorded={shown.terminal} onClose={close} /> : null}
      <Section title={t('terminal.recordings')} hint={t('terminal.recordingsHint')}>
        {data.items.length > 0 ? (
          <Recordings
            items={data.items}
            onReplay={(terminal) => (shown?.kind === 'live' ? undefined : setShown({ kind: 'replay', terminal }))}
          />
        ) : (
          <p className="t3">{t('terminal.noneYet')}</p>
        )}
      </Section>
    </>
  )
}
