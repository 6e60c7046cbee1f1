import { withoutLeaseWord } from '@/lib/protocol/lease'
import { pathOf } from '@/lib/protocol/machine-template'
import type { Step } from './converge'
import { ownFoldersOf } from './unit-folder'
import type { StepRun } from './unit-steps'

type Words = (run: StepRun, tookMs: number) => string | undefined

const took = (ms: number): string => `${(ms / 1000).toFixed(1)} s`

/** What a reader of the log wants to know of a step that has ended. Hooks speak for themselves. */
const words: Partial<Record<Step, Words>> = {
  fetch: ({ target }, ms) =>
    ms > 20 && target ? `package ${target.package.name} ${target.package.version} is there, verified, in ${took(ms)}` : undefined,
  stop: ({ record }, ms) => (record.state === 'stopped' && record.applied ? `stopped in ${took(ms)}` : undefined),
  link: ({ target }) =>
    target ? `current → ${target.package.name} ${target.package.version} (${target.package.digest.slice(0, 12)})` : undefined,
  'take-over': ({ target }) => (target ? `its data are in ${ownFoldersOf(target).join(', ')}` : undefined),
  write: ({ target }) => (target && target.files.length > 0 ? `wrote ${target.files.map(pathOf).join(', ')}` : undefined),
  launch: ({ record }) =>
    record.process && record.content?.process
      ? `started ${withoutLeaseWord(record.content.process.command).join(' ')}, pid ${record.process.mark.pid}`
      : undefined,
  delete: ({ record }) => (record.left && record.left.length > 0 ? `removed; kept ${record.left.join(', ')}` : 'removed'),
}

/** Nobody waits for these words to be on disk: order is kept by the outbox. */
export function narrate(step: Step, run: StepRun, tookMs: number): void {
  const text = words[step]?.(run, tookMs)
  if (text) void run.ctx.reporter.say(run.work.cause, text)
}
