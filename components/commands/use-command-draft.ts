'use client'

import { useState } from 'react'
import { splitWords } from '@/components/terminals/split-words'
import type { CommandOffer } from '@/lib/commands/views'
import { commandLine } from './command-words'

export interface CommandDraft {
  kind: 'argv' | 'script'
  line: string
  script: string
  timeout: string
  /** Empty = all at once. */
  parallel: string
  failures: string
  keys: ReadonlySet<string>
}

/** What is sent: the wish without its place. */
export interface CommandWish {
  argv?: string[]
  script?: string
  timeoutSeconds: number
  parallel: number | null
  failuresAllowed: number
  again?: number
}

function firstDraft({ again, targets }: CommandOffer): CommandDraft {
  const able = targets.filter((target) => !target.whyNot).map((target) => target.key)
  const keys = new Set(again ? able.filter((key) => again.keys.includes(key)) : able)
  const command = again?.command
  return {
    kind: command?.script ? 'script' : 'argv',
    line: command?.argv ? commandLine({ argv: command.argv, script: null }) : '',
    script: command?.script ?? '',
    timeout: String((command?.timeoutMs ?? 60_000) / 1000),
    parallel: command?.parallel ? String(command.parallel) : '',
    failures: String(command?.failuresAllowed ?? 0),
    keys,
  }
}

const whole = (text: string, least: number, most: number): number | undefined => {
  const value = Number(text)
  return /^\d+$/.test(text.trim()) && value >= least && value <= most ? value : undefined
}

type Problem = 'commands.wrong.line' | 'commands.wrong.quote' | 'commands.wrong.script' | 'commands.wrong.number' | 'commands.wrong.targets'

function problemsOf(draft: CommandDraft): Partial<Record<'what' | 'timeout' | 'parallel' | 'failures' | 'targets', Problem>> {
  const words = splitWords(draft.line)
  const what =
    draft.kind === 'script'
      ? draft.script.trim() === '' && ('commands.wrong.script' as const)
      : words === undefined
        ? ('commands.wrong.quote' as const)
        : words.length === 0 && ('commands.wrong.line' as const)
  return {
    ...(what ? { what } : {}),
    ...(whole(draft.timeout, 1, 86_400) === undefined ? { timeout: 'commands.wrong.number' } : {}),
    ...(draft.parallel.trim() !== '' && whole(draft.parallel, 1, 10_000) === undefined ? { parallel: 'commands.wrong.number' } : {}),
    ...(whole(draft.failures, 0, 10_000) === undefined ? { failures: 'commands.wrong.number' } : {}),
    ...(draft.keys.size === 0 ? { targets: 'commands.wrong.targets' } : {}),
  }
}

export function useCommandDraft(offer: CommandOffer) {
  const [draft, setDraft] = useState(() => firstDraft(offer))
  const set = (change: Partial<CommandDraft>) => setDraft((before) => ({ ...before, ...change }))
  const wish = (): CommandWish => ({
    ...(draft.kind === 'script' ? { script: draft.script } : { argv: splitWords(draft.line) ?? [] }),
    timeoutSeconds: Number(draft.timeout),
    parallel: draft.parallel.trim() === '' ? null : Number(draft.parallel),
    failuresAllowed: Number(draft.failures),
    ...(offer.again ? { again: offer.again.number } : {}),
  })
  const toggle = (key: string) => {
    const keys = new Set(draft.keys)
    if (!keys.delete(key)) keys.add(key)
    set({ keys })
  }
  return { draft, set, toggle, wish, problems: problemsOf(draft) }
}
export type CommandForm = ReturnType<typeof useCommandDraft>
