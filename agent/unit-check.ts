import { readdirSync } from 'node:fs'
import type { LogLine } from '@/lib/protocol/news'
import { type CheckOutcome, checkPorts, whyForeignPort } from './check'
import { toFailure } from './failure'
import { forgetRunFolder } from './holder'
import type { Home } from './home'
import { paced } from './pace'
import { killMarked, uptimeMs } from './procfs'
import { isProcessUp } from './supervisor'
import type { UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'
import { runUnitHook } from './unit-steps'

let counter = 0
const checkRun = '-check-'
const aliveForMs = 1000
const mostLines = 200

/** One look at a unit: its check hook, or its ports, or that it stays alive. */
export async function checkUnit(ctx: UnitContext, record: UnitRecord, signal: AbortSignal): Promise<CheckOutcome> {
  const { content } = record
  if (!content) return { ok: false, lines: [] }
  if (content.process && !isProcessUp(record)) return { ok: false, message: 'The process is not running.', lines: [] }
  const outcome = content.check?.run ? await runCheckHook(ctx, record, signal) : await checkWithoutHook(record)
  if (!outcome.ok || record.isChecked) return outcome
  const foreign = whyForeignPort(content, record.unitId)
  return foreign ? { ok: false, code: 'port_taken', message: foreign, lines: outcome.lines } : outcome
}

async function checkWithoutHook(record: UnitRecord): Promise<CheckOutcome> {
  const { content } = record
  if (content && Object.keys(content.ports).length > 0) return checkPorts(content)
  const aliveMs = record.process ? uptimeMs() - record.process.startedAtMs : Number.POSITIVE_INFINITY
  if (aliveMs >= paced(aliveForMs)) return { ok: true, lines: [] }
  return { ok: false, message: 'It has only just been started.', lines: [] }
}

async function runCheckHook(ctx: UnitContext, record: UnitRecord, signal: AbortSignal): Promise<CheckOutcome> {
  const check = record.content?.check
  if (!check?.run) return { ok: true, lines: [] }
  counter += 1
  const runId = `${record.unitId}${checkRun}${process.pid}-${counter}`
  const lines: LogLine[] = []
  try {
    const hook = { run: check.run, timeoutMs: check.timeoutMs }
    const end = await runUnitHook({ ctx, record, fromVersion: null, name: 'check', hook, runId, signal }, async (more) => {
      if (lines.length < mostLines) lines.push(...more)
    })
    if (end.exitCode !== 0) return { ok: false, message: lastWord(lines) ?? `check ended with exit code ${end.exitCode}.`, lines }
    const facts = factsOf(lines)
    return { ok: true, lines, ...(facts ? { facts } : {}) }
  } catch (error) {
    const failure = toFailure(error)
    return { ok: false, message: failure.message, lines, ...(failure.code === 'disk_full' ? { code: 'disk_full' } : {}) }
  } finally {
    forgetRunFolder(ctx.home.run(runId))
  }
}

function lastWord(lines: LogLine[]): string | undefined {
  return lines.findLast((line) => line.text.trim() !== '')?.text
}

function factsOf(lines: LogLine[]): Record<string, unknown> | undefined {
  const line = lines.findLast(({ stream, text }) => stream === 'stdout' && text.startsWith('{'))
  try {
    return line && (JSON.parse(line.text) as Record<string, unknown>)
  } catch {
    return undefined
  }
}

/** Checks that ran when an earlier agent died: nobody waits for them, and a new one must not run beside them. */
export function endOldChecks(home: Home): void {
  for (const runId of readdirSync(home.runs).filter((name) => name.includes(checkRun))) {
    killMarked('TENGEN_RUN', runId)
    forgetRunFolder(home.run(runId))
  }
}
