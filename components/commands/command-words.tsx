'use client'

import { useTranslations } from 'use-intl'
import { AnsiText } from '@/components/log/ansi'
import { useTimeWords } from '@/components/ui/use-time-words'
import type { CommandPart } from '@/lib/deploys/plan-views'

/** As it is run; words that hold spaces stand in quotes, so that each is seen to be one. */
export const commandLine = ({ argv, script }: Pick<CommandPart, 'argv' | 'script'>): string =>
  script ?? (argv ?? []).map((word) => (/^[\w@%+=:,./-]+$/.test(word) ? word : `'${word.replaceAll("'", `'\\''`)}'`)).join(' ')

export const CommandText = ({ command }: { command: Pick<CommandPart, 'argv' | 'script'> }) => (
  <pre className="cmd-text mono">{commandLine(command)}</pre>
)

/** How it is spread: timeout, how many at once, how many may fail. */
export function useSpread() {
  const t = useTranslations()
  const words = useTimeWords()
  return ({ timeoutMs, parallel, failuresAllowed }: Pick<CommandPart, 'timeoutMs' | 'parallel' | 'failuresAllowed'>): string =>
    [
      t('commands.atMost', { time: words.runs(timeoutMs) }),
      parallel === null ? t('commands.allAtOnce') : t('commands.atOnce', { count: parallel }),
      t('commands.stopsAfter', { count: failuresAllowed + 1 }),
    ].join(' · ')
}

/** Text as a program printed it: its colours, and nothing else that it might do to a screen. */
export const Printed = ({ text }: { text: string }) => (
  <pre className="cmd-out mono">
    {text
      .replace(/\n$/, '')
      .split('\n')
      .map((line, row) => (
        <div key={row}>
          <AnsiText text={line} />
        </div>
      ))}
  </pre>
)
