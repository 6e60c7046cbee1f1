import type { RawData } from 'ws'
import type { KubernetesClient } from './client'
import { pathOf, types } from './objects'

export interface ExecAsk {
  readonly namespace: string
  readonly pod: string
  readonly container: string
  /** Words as they stand; run by no shell unless one is named. */
  readonly argv: readonly string[]
  /** A pseudo terminal, and what is typed into it. */
  readonly isTerminal: boolean
  readonly as: string
}

export interface ExecEnd {
  /** Null: it did not come to an end of its own. */
  readonly exitCode: number | null
  readonly message: string
}

export interface ExecLine {
  type(bytes: Buffer): void
  resize(cols: number, rows: number): void
  close(): void
}

const protocol = 'v5.channel.k8s.io'
const channels = { stdin: 0, stdout: 1, stderr: 2, error: 3, resize: 4 } as const

const bytesOf = (data: RawData): Buffer => (Buffer.isBuffer(data) ? data : Array.isArray(data) ? Buffer.concat(data) : Buffer.from(data))

interface Status {
  readonly status?: string
  readonly message?: string
  readonly details?: { readonly causes?: readonly { readonly reason?: string; readonly message?: string }[] }
}

/** Runs something in a container of a pod. `show` gets what it prints, `end` is called once. */
export function execIn(client: KubernetesClient, ask: ExecAsk, hear: { show(bytes: Buffer): void; end(end: ExecEnd): void }): ExecLine {
  const query = new URLSearchParams({ container: ask.container, stdout: 'true', tty: String(ask.isTerminal) })
  query.set(ask.isTerminal ? 'stdin' : 'stderr', 'true')
  for (const word of ask.argv) query.append('command', word)
  const socket = client.dial(`${pathOf(types.pod, ask.namespace, ask.pod)}/exec`, query, { as: ask.as, protocol })
  let isOver = false
  const over = (end: ExecEnd) => {
    if (isOver) return
    isOver = true
    hear.end(end)
    socket.terminate()
  }
  socket.on('message', (data) => {
    const bytes = bytesOf(data)
    const rest = bytes.subarray(1)
    if (bytes[0] === channels.stdout || bytes[0] === channels.stderr) hear.show(rest)
    else if (bytes[0] === channels.error) over(endOf(rest.toString('utf8')))
  })
  socket.on('unexpected-response', (_request, answer) => over({ exitCode: null, message: `The cluster answered ${answer.statusCode}.` }))
  socket.on('error', (error) => over({ exitCode: null, message: error.message }))
  socket.on('close', () => over({ exitCode: null, message: 'The line to the pod was cut.' }))
  // What comes before the line stands waits for it.
  const waiting: Buffer[] = []
  socket.on('open', () => {
    for (const message of waiting.splice(0)) socket.send(message)
  })
  const send = (channel: number, bytes: Buffer) => {
    const message = Buffer.concat([Buffer.from([channel]), bytes])
    if (socket.readyState === socket.OPEN) socket.send(message)
    else if (socket.readyState === socket.CONNECTING) waiting.push(message)
  }
  return {
    type: (bytes) => send(channels.stdin, bytes),
    resize: (Width, Height) => send(channels.resize, Buffer.from(JSON.stringify({ Width, Height }))),
    close: () => over({ exitCode: null, message: '' }),
  }
}

function endOf(text: string): ExecEnd {
  const said = JSON.parse(text) as Status
  if (said.status === 'Success') return { exitCode: 0, message: '' }
  const code = said.details?.causes?.find((cause) => cause.reason === 'ExitCode')?.message
  return { exitCode: code === undefined ? null : Number(code), message: code === undefined ? (said.message ?? '') : '' }
}
