'use client'

import { lazy, type ReactNode, Suspense, useRef, useState } from 'react'
import { useTranslations } from 'use-intl'
import { Until } from '@/components/ui/ago'
import { Button } from '@/components/ui/button'
import { Segmented } from '@/components/ui/segmented'
import { Stone } from '@/components/ui/stone'
import type { TerminalView } from '@/lib/terminals/views'
import type { ScreenHandle } from './screen'
import { useRecording } from './use-recording'
import { type TerminalState, useTerminal } from './use-terminal'

const Screen = lazy(async () => ({ default: (await import('./screen')).Screen }))

const speeds = [1, 4, 0] as const

/** How a terminal ended, in words. */
export function useEndWords() {
  const t = useTranslations()
  return (end: { reason: NonNullable<TerminalView['endReason']>; exitCode: number | null; message: string | null }) =>
    end.reason === 'exited' && end.exitCode !== null
      ? t('terminal.exitedWith', { code: end.exitCode })
      : [t(`terminal.end.${end.reason}`), end.message].filter(Boolean).join(': ')
}

function Bar({ title, children, acts }: { title: ReactNode; children: ReactNode; acts: ReactNode }) {
  return (
    <div className="term-h">
      <b className="mono">{title}</b>
      {children}
      <span className="grow" />
      {acts}
    </div>
  )
}

function State({ state }: { state: TerminalState }) {
  const t = useTranslations()
  const endWords = useEndWords()
  if (state.kind === 'ended')
    return (
      <span className="row t2">
        <Stone shape="slash" size={12} />
        {endWords(state)}
      </span>
    )
  const isOpen = state.kind === 'open'
  return (
    <span className="row t2" role="status">
      <Stone shape={isOpen ? 'dot' : 'turning'} tone={isOpen ? 'green' : 'blue'} size={isOpen ? 7 : 12} />
      {t(`terminal.state.${state.kind}`)}
    </span>
  )
}

interface LiveProps {
  org: string
  opened: { terminalId: string; ticket: string }
  unitName: string
  onClose: () => void
}

/** A shell that somebody types into. */
export function LiveTerminal({ org, opened, unitName, onClose }: LiveProps) {
  const t = useTranslations()
  const screen = useRef<ScreenHandle>(null)
  const end = useRef<HTMLButtonElement>(null)
  const terminal = useTerminal(org, opened, screen)
  const isEnded = terminal.state.kind === 'ended'
  return (
    <section className="panel term" aria-label={t('terminal.of', { unit: unitName })}>
      <Bar
        title={unitName}
        acts={
          <Button ref={end} size="sm" onClick={isEnded ? onClose : terminal.close}>
            {t(isEnded ? 'terminal.dismiss' : 'terminal.finish')}
          </Button>
        }
      >
        <State state={terminal.state} />
        <span className="tag">{t('terminal.recorded')}</span>
        {terminal.view && !isEnded ? (
          <span className="t3 only-l">
            {t('terminal.left')} <Until at={terminal.view.endsAt} /> · {t('terminal.leave')}
          </span>
        ) : null}
      </Bar>
      <Suspense fallback={<div className="term-screen" />}>
        <Screen
          handle={screen}
          label={`${t('terminal.of', { unit: unitName })}. ${t('terminal.leave')}`}
          onReady={terminal.showWaiting}
          onType={terminal.type}
          onLeave={() => end.current?.focus()}
          onSize={terminal.resize}
        />
      </Suspense>
    </section>
  )
}

/** What a terminal or a command showed, again or as it comes. */
export function Replay({ org, recorded, onClose }: { org: string; recorded: TerminalView; onClose: () => void }) {
  const t = useTranslations()
  const isCommand = recorded.argv !== null
  const [speed, setSpeed] = useState<number>(isCommand ? 0 : 1)
  const screen = useRef<ScreenHandle>(null)
  const endWords = useEndWords()
  const { terminal, failed, again } = useRecording(org, recorded.id, speed, screen)
  const { endReason, exitCode, endMessage } = terminal ?? recorded
  return (
    <section className="panel term" aria-label={t('terminal.recordingOf', { unit: recorded.unitName })}>
      <Bar
        title={recorded.unitName}
        acts={
          <>
            {isCommand ? null : (
              <>
                <Segmented
                  label={t('terminal.speed')}
                  value={String(speed)}
                  onChange={(next) => setSpeed(Number(next))}
                  options={speeds.map((one) => ({ value: String(one), label: one === 0 ? t('terminal.atOnce') : `${one}×` }))}
                />
                <Button size="sm" icon="restart" onClick={again}>
                  {t('terminal.playAgain')}
                </Button>
              </>
            )}
            <Button size="sm" onClick={onClose}>
              {t('terminal.dismiss')}
            </Button>
          </>
        }
      >
        <span className="t2 mono cut">
          {recorded.argv ? recorded.argv.join(' ') : t('terminal.shellBy', { name: recorded.openedBy.name })}
        </span>
        {failed ? <span className="t2">{t('ui.loadFailed')}</span> : null}
        {endReason ? (
          <span className="t2">{endWords({ reason: endReason, exitCode, message: endMessage })}</span>
        ) : (
          <State state={{ kind: 'open' }} />
        )}
      </Bar>
      <Suspense fallback={<div className="term-screen" />}>
        <Screen
          handle={screen}
          label={t('terminal.recordingOf', { unit: recorded.unitName })}
          size={{ cols: recorded.cols, rows: recorded.rows }}
          isPlain={isCommand}
        />
      </Suspense>
    </section>
  )
}
