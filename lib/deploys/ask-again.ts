import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { AutomationPause } from '@/lib/db/generated/client'
import { pace } from '@/lib/pace'
import { type AutomationAnswer, type AutomationAsk, tryAutomation } from './request-automation'

type Kind = AutomationAsk['kind']

/**
 * Asks, but not at every look: what was refused, or came to a record that did not help, is asked again after a pause that
 * doubles. Refusals cost little and end when room is found, so their pause stays short.
 */
export async function askAgain(ask: AutomationAsk): Promise<AutomationAnswer> {
  const key = { stageId_kind: { stageId: ask.stageId, kind: ask.kind } }
  const pause = await standing(await db.automationPause.findUnique({ where: key }))
  if (pause && pause.nextAt > clock.now()) return { kind: 'none' }
  const answer = await askForWhatFits(ask)
  if (answer.kind === 'none') return answer
  const tries = (pause?.tries ?? 0) + 1
  const data = {
    tries,
    nextAt: new Date(clock.nowMs() + pauseMs(tries, answer.kind === 'refused')),
    recordId: answer.kind === 'asked' ? answer.recordId : null,
    code: answer.kind === 'refused' ? answer.error.code : null,
    message: answer.kind === 'refused' ? answer.error.message : null,
  }
  await db.automationPause.upsert({ where: key, create: { stageId: ask.stageId, kind: ask.kind, ...data }, update: data })
  return answer
}

/** 10 s, 20 s, 40 s … */
export const pauseMs = (tries: number, isRefused: boolean): number =>
  Math.min(pace('askAgain') * 2 ** Math.min(tries - 1, 20), pace(isRefused ? 'askAgainRefused' : 'askAgainLimit'))

/** A record that succeeded ends the count: what is missing now is missing for another reason. */
async function standing(pause: AutomationPause | null): Promise<AutomationPause | null> {
  if (!pause?.recordId) return pause
  const record = await db.deployRecord.findUnique({ where: { id: pause.recordId }, select: { state: true } })
  return record?.state === 'succeeded' ? null : pause
}

/** Where only a part finds room, that part goes first. */
async function askForWhatFits(ask: AutomationAsk): Promise<AutomationAnswer> {
  const answer = await tryAutomation(ask)
  const names = ask.unitNames ?? []
  if (answer.kind !== 'refused' || answer.error.code !== 'no_capacity') return answer
  const fitting = names.length - Number(answer.error.details.missing ?? names.length)
  return fitting > 0 ? tryAutomation({ ...ask, unitNames: names.slice(0, fitting) }) : answer
}

/** Stages that need nothing of this kind any more begin anew when they do. */
export async function forgetPauses(kind: Kind, stillNeeded: readonly string[]): Promise<void> {
  await db.automationPause.deleteMany({ where: { kind, stageId: { notIn: [...stillNeeded] } } })
}
