import type { LogLine } from '@/lib/protocol/news'
import { type CheckOutcome, checkPorts, whyForeignPort } from './check'
import { checkHttp } from './check-http'
import { runCheck } from './check-run'
import { toFailure } from './failure'
import { paced } from './pace'
import { uptimeMs } from './procfs'
import { isProcessUp } from './supervisor'
import type { UnitContext } from './unit-context'
import type { UnitRecord } from './unit-record'
import { runtimeOf } from './unit-steps'

const aliveForMs = 1000

/** One look at a unit: its check hook, or its ports, or that it stays alive. */
export async function checkUnit(ctx: UnitContext, record: UnitRecord, signal: AbortSignal): Promise<CheckOutcome> {
  const { content } = record
  if (!content) return { ok: false, lines: [] }
  if (content.process && !isProcessUp(record)) return { ok: false, message: 'The process is not running.', lines: [] }
  const { http, timeoutMs = 0 } = content.check ?? {}
  const outcome = http
    ? await checkHttp(content, http, timeoutMs, signal)
    : content.check?.run
      ? await runCheckHook(ctx, record, signal)
      : await checkWithoutHook(record)
  if (!outcome.ok || record.isChecked) return outcome
  const foreign = whyForeignPort(content, record.unitId, record.process?.mark.pid)
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
  try {
    const spec = await runtimeOf({ ctx, record }, check.run, null)
    const end = await runCheck({ spec, home: ctx.home.root, timeoutMs: check.timeoutMs, mask: ctx.secrets.mask, signal })
    const { exitCode, lines } = end
    if (exitCode !== 0) return { ok: false, message: lastWord(lines) ?? `check ended with exit code ${exitCode ?? 'none'}.`, lines }
    const facts = factsOf(lines)
    return { ok: true, lines, ...(facts ? { facts } : {}) }
  } catch (error) {
    return { ok: false, message: toFailure(error).message, lines: [] }
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
