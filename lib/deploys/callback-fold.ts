import type { TaskState } from '@/lib/db/generated/enums'
import type { LogEntry } from '@/lib/logs/append-log'
import type { CommandResult } from '@/lib/protocol/command'
import type { CallbackNews } from '@/lib/protocol/news'

/** What the callback interface knows of a task (5-model 4). */
export interface TaskEar {
  readonly id: string
  readonly attempt: number
  readonly ended: boolean
  lastSeq: number
  doneAt: Date | null
  doneOk: boolean | null
  doneCode: string | null
  doneMessage: string | null
  goneAt: Date | null
  step: unknown
  /** How a command ended; its output is kept by digest. */
  result: CommandResult | null
  /** Of a command: what its task becomes with its last word. */
  end: { readonly to: TaskState; readonly code: string | null; readonly message: string | null } | null
  changed: boolean
}

export type Heard = { kind: 'ack'; seq: number; ignored: boolean } | { kind: 'gap'; expected: number }

type Body = Omit<CallbackNews, 'recordId' | 'taskId'>

/**
 * One message about one task: counted once, in order, for this attempt only. Late news of an old attempt or an ended task
 * keeps its log and changes nothing else. Pure but for the ear it fills and the log lines it adds.
 */
export function hear(ear: TaskEar, body: Body, log: LogEntry[], now: Date): Heard {
  const late = body.attempt !== ear.attempt || ear.ended
  // A check speaks as soon as its unit is up, and may do so before its task has begun: what it says is counted from the first word on.
  const isEarly = ear.attempt === 0 && body.attempt === 1
  if (body.attempt === ear.attempt || isEarly) {
    const order = inOrder(ear, body)
    if (order) return order
    ear.lastSeq = body.hole ? Math.max(body.seq, body.hole[1]) : body.seq
    ear.changed = true
  }
  log.push(...linesOf(ear, body, now))
  if (!late) take(ear, body, now)
  return { kind: 'ack', seq: body.seq, ignored: late }
}

/** A repetition is acknowledged again; a gap names the next expected, unless this message closes it. */
function inOrder(ear: TaskEar, { seq, hole }: Body): Heard | undefined {
  if (seq <= ear.lastSeq) return { kind: 'ack', seq, ignored: false }
  const next = ear.lastSeq + 1
  if (seq === next) return undefined
  if (hole && hole[0] <= next && (hole[1] === seq - 1 || hole[1] === seq)) return undefined
  return { kind: 'gap', expected: next }
}

function linesOf(ear: TaskEar, body: Body, now: Date): LogEntry[] {
  const base = { taskId: ear.id, attempt: body.attempt, seq: body.seq }
  if (body.hole) return [{ ...base, at: now, stream: 'gap', text: `Messages ${body.hole[0]} to ${body.hole[1]} were lost at the sender.` }]
  return (body.log ?? []).map((line) => ({ ...base, at: new Date(line.at), stream: line.stream, text: line.text }))
}

function take(ear: TaskEar, body: Body, now: Date): void {
  // The first word about the end holds; a second `done` cannot turn it.
  if (body.done && !ear.doneAt) {
    ear.doneAt = now
    ear.doneOk = body.done.ok
    ear.doneCode = body.done.code ?? null
    ear.doneMessage = body.done.message ?? null
    ear.result = body.done.result ?? null
  }
  if (body.delete && !ear.goneAt) {
    ear.goneAt = now
    ear.doneMessage = body.delete.reason
  }
  if (body.step) ear.step = body.step
}
