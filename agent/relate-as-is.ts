import { randomBytes } from 'node:crypto'
import type { UnitEntry } from '@/lib/protocol/desired'
import { toFailure } from './failure'
import { forgetRunFolder } from './holder'
import { isProcessUp } from './supervisor'
import type { UnitContext } from './unit-context'
import type { UnitRecord, Work } from './unit-record'
import { performStep } from './unit-steps'

/**
 * A unit that is left as it is still hears of the others while it runs. None of this is work that could be half done: what it has
 * not heard to the end it is told again. True when it heard something.
 */
export async function relateAsIs(ctx: UnitContext, record: UnitRecord, { relations, cause }: UnitEntry): Promise<boolean> {
  const isNews = relations !== null && relations.digest !== record.related?.digest
  if (!isNews || !isProcessUp(record) || cause === null || ctx.reporter.isDone(cause)) return false
  const id = `${record.unitId}-${randomBytes(6).toString('hex')}`
  const work: Work = { id, goal: '', cause, steps: ['relate', 'relation-changed'], at: 0, transition: null, fromVersion: null }
  const run = { ctx, record, work, target: null, relations, keepData: true, signal: new AbortController().signal }
  const outcome = await perform(run)
  await ctx.reporter.done(cause, outcome)
  forgetRunFolder(ctx.home.run(`${id}-0-relation-changed`))
  return true
}

async function perform(run: Parameters<typeof performStep>[1]): Promise<{ ok: boolean; code?: string; message?: string }> {
  try {
    for (const step of run.work.steps) await performStep(step, run)
    return { ok: true }
  } catch (error) {
    const { code, message } = toFailure(error)
    return { ok: false, code, message }
  }
}
