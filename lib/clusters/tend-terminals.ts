import { subscribe } from '@/lib/bus/bus'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import type { Cluster, Terminal } from '@/lib/db/generated/client'
import type { KubernetesClient } from '@/lib/drivers/kubernetes/client'
import { containerOf } from '@/lib/drivers/kubernetes/container-of'
import { type ExecLine, execIn } from '@/lib/drivers/kubernetes/exec'
import { applicationIn } from '@/lib/drivers/kubernetes/permissions'
import { logger } from '@/lib/logger'
import type { Mask } from '@/lib/protocol/mask'
import { MaskedFlow } from '@/lib/protocol/masked-flow'
import type { TerminalAct, TerminalSaid } from '@/lib/protocol/terminal'
import { orderTopic, type TerminalCommand } from '@/lib/terminals/order-terminal'
import { recordSaid } from '@/lib/terminals/record-said'
import { maskOfPods } from './mask-of-pods'

const log = logger('observer')
/** What a browser's terminal has in every image that has a shell at all. */
const shell = ['sh', '-c', 'command -v bash >/dev/null 2>&1 && exec bash || exec sh']

/**
 * Terminals and commands in pods of one cluster: what an agent does on a machine, by the same orders, limits and recording. They live in
 * this process; with it they end.
 */
export async function tendTerminals({ id: clusterId }: Cluster, client: KubernetesClient, signal: AbortSignal): Promise<void> {
  /** From the moment it was ordered, so that what is typed meanwhile waits for it. */
  const open = new Map<string, Promise<PodTerminal | undefined>>()
  // Those of a process before this one: nobody holds their line any more.
  for (const left of await db.terminal.findMany({ where: { machineId: clusterId, endedAt: null, lastSeq: { gt: 0 } } }))
    await recordSaid([{ machineId: clusterId, said: ended(left, 'gone') }])
  const take = async ({ machineId, terminalId, act }: TerminalCommand) => {
    if (machineId !== clusterId) return
    const known = open.get(terminalId)
    if (act.kind !== 'open') return (await known)?.take(act)
    if (known) return
    const forget = () => open.delete(terminalId)
    const begun = begin(clusterId, client, { terminalId, act, forget }).catch(async (error: unknown) => {
      log.warn({ err: error, terminalId }, 'a terminal in a pod was not opened')
      await recordSaid([{ machineId: clusterId, said: ended({ id: terminalId, lastSeq: 0 }, 'failed', 'The pod could not be reached.') }])
      return undefined
    })
    open.set(terminalId, begun)
    if (!(await begun)) forget()
  }
  const stop = subscribe(orderTopic, (command) => take(command as TerminalCommand))
  // It may be over already: of an end that was before nobody is told.
  if (!signal.aborted) await new Promise<void>((over) => signal.addEventListener('abort', () => over(), { once: true }))
  stop()
  for (const terminal of open.values()) void terminal.then((begun) => begun?.end('gone')).catch(() => {})
}

const ended = (
  { id: terminalId, lastSeq }: Pick<Terminal, 'id' | 'lastSeq'>,
  reason: NonNullable<TerminalSaid['end']>['reason'],
  message = '',
): TerminalSaid => ({
  ...{ terminalId, seq: lastSeq + 1, at: clock.now().toISOString(), data: '' },
  end: { reason, exitCode: null, message },
})

interface Begin {
  readonly terminalId: string
  readonly act: Extract<TerminalAct, { kind: 'open' }>
  readonly forget: () => void
}

async function begin(clusterId: string, client: KubernetesClient, { terminalId, act, forget }: Begin): Promise<PodTerminal | undefined> {
  const row = await db.terminal.findUnique({ where: { id: terminalId } })
  if (!row || row.endedAt || row.lastSeq > 0) return undefined
  const pod = await db.workloadPod.findUnique({ where: { uid: row.unitId } })
  const service = await db.service.findUnique({ where: { id: row.serviceId } })
  const key = { clusterId_applicationId: { clusterId, applicationId: row.applicationId } }
  const namespace = (await db.clusterNamespace.findUnique({ where: key }))?.name
  if (!pod || pod.goneAt || !service || !namespace) {
    await recordSaid([{ machineId: clusterId, said: ended(row, 'failed', 'The pod is gone.') }])
    return undefined
  }
  const container = await containerOf(client, { namespace, pod: pod.name }, service.component)
  const mask = await maskOfPods(pod.placementId)
  return new PodTerminal({ clusterId, terminalId, act, forget, mask }, (hear) =>
    execIn(
      client,
      {
        ...{ namespace, pod: pod.name, container, argv: act.argv ?? shell, isTerminal: act.argv === null },
        as: applicationIn(namespace),
      },
      hear,
    ),
  )
}

type Hear = Parameters<typeof execIn>[2]
type End = NonNullable<TerminalSaid['end']>

/** One line into a pod: what it shows is kept in order before anything else is. */
class PodTerminal {
  private seq = 0
  private isOver = false
  private keeping: Promise<unknown> = Promise.resolve()
  private idle: NodeJS.Timeout | undefined
  private readonly limit: NodeJS.Timeout
  private readonly line: ExecLine
  private readonly flow: MaskedFlow

  constructor(
    private readonly about: Begin & { readonly clusterId: string; readonly mask: Mask },
    dial: (hear: Hear) => ExecLine,
  ) {
    const { act } = about
    this.flow = new MaskedFlow(about.mask, (bytes) => this.keep(bytes.toString('base64'), null))
    this.limit = setTimeout(() => this.end('limit'), act.limitMs)
    this.line = dial({
      show: (bytes) => this.isOver || this.flow.hear(bytes),
      end: ({ exitCode, message }) => this.end(exitCode === null ? 'failed' : 'exited', exitCode, message),
    })
    if (act.argv === null) {
      this.line.resize(act.cols, act.rows)
      this.wait()
    }
  }

  take(act: TerminalAct): void {
    if (act.kind === 'type') {
      this.wait()
      this.line.type(Buffer.from(act.data, 'base64'))
    } else if (act.kind === 'resize') this.line.resize(act.cols, act.rows)
    else if (act.kind === 'close') this.end('closed')
  }

  end(reason: End['reason'], exitCode: number | null = null, message = ''): void {
    if (this.isOver) return
    this.isOver = true
    this.flow.end()
    clearTimeout(this.idle)
    clearTimeout(this.limit)
    this.keep('', { reason, exitCode, message: message.slice(0, 1000) })
    this.line?.close()
    this.about.forget()
  }

  /** Only what is typed counts: a program that prints for ever does not keep it open. */
  private wait(): void {
    clearTimeout(this.idle)
    this.idle = setTimeout(() => this.end('idle'), this.about.act.idleMs)
  }

  private keep(data: string, end: End | null): void {
    const { clusterId, terminalId } = this.about
    const said = { terminalId, seq: ++this.seq, at: clock.now().toISOString(), data, end }
    this.keeping = this.keeping
      .then(() => recordSaid([{ machineId: clusterId, said }]))
      .catch((error: unknown) => log.warn({ err: error, terminalId }, 'a frame of a terminal was not kept'))
  }
}
