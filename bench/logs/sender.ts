import { once } from 'node:events'
import { mkdirSync } from 'node:fs'
import { WebSocket } from 'ws'
import { shakeHands } from '@/agent/handshake'
import { homeAt, prepareHome } from '@/agent/home'
import { IdentityStore } from '@/agent/identity-store'
import { readJoinToken } from '@/lib/protocol/join-token'
import { type HubMessage, protocolVersion, readHubFrame, writeFrame } from '@/lib/protocol/messages'

/** As many batches ahead of the acknowledgement as a real agent sends. */
const mostInFlight = 4

export interface Address {
  readonly recordId: string
  readonly taskId: string
}

export interface Sent {
  readonly rows: number
  /** From handing a frame to the network until its acknowledgement, which comes after the commit. */
  readonly ackMs: number[]
}

/** The sending half of an agent: proves itself like one, and then only has news. */
export class Sender {
  private seq = 0
  private taskSeq = 0
  private heard: (message: HubMessage) => void = () => undefined
  private readonly frames: HubMessage[] = []

  private constructor(
    private readonly socket: WebSocket,
    /** The lines of one frame, written beforehand: what is measured is not how fast this process writes JSON. */
    private readonly lines: string,
    private readonly rowsOfFrame: number,
  ) {
    socket.on('message', (data) => {
      const frame = readHubFrame(String(data))
      if (frame.kind !== 'message') return
      this.frames.push(frame.message)
      this.heard(frame.message)
    })
  }

  machineId = ''

  static async join(
    folder: string,
    hubUrl: string,
    { token, name, texts }: { token: string; name: string; texts: readonly string[] },
  ): Promise<Sender> {
    mkdirSync(folder, { recursive: true })
    const home = homeAt(folder)
    await prepareHome(home)
    const { hubFingerprint, secret } = readJoinToken(token)
    const own = { name, address: '127.0.0.1', allowPlain: false, ratchet: null, machineId: null }
    const store = await IdentityStore.create(home, { hubUrl, hubFingerprint, joinSecret: secret, ...own })
    const socket = new WebSocket(hubUrl, { perMessageDeflate: false })
    const lines = JSON.stringify(texts.map((text) => ({ at: new Date().toISOString(), stream: 'stdout', text })))
    const sender = new Sender(socket, lines, texts.length)
    await once(socket, 'open')
    const session = await shakeHands(
      store,
      { era: 0, revision: 0 },
      { send: (message) => socket.send(writeFrame(message)), next: () => sender.next() },
    )
    sender.machineId = session.welcome.machineId
    return sender
  }

  private async next(): Promise<HubMessage> {
    const found = this.frames.shift()
    if (found) return found
    return new Promise((resolve) => {
      this.heard = () => {
        this.heard = () => undefined
        resolve(this.frames.shift() as HubMessage)
      }
    })
  }

  /** For another task the count of its messages begins anew. */
  begin(): void {
    this.taskSeq = 0
  }

  /** Sends this many frames about one task and resolves with the last acknowledgement. */
  async send({ recordId, taskId }: Address, frames: number): Promise<Sent> {
    const began = new Map<number, number>()
    const ackMs: number[] = []
    const last = this.seq + frames
    let left = frames
    const one = () => {
      this.seq += 1
      this.taskSeq += 1
      left -= 1
      const callback = `{"recordId":"${recordId}","taskId":"${taskId}","attempt":1,"seq":${this.taskSeq},"log":${this.lines}}`
      began.set(this.seq, performance.now())
      this.socket.send(`{"v":${protocolVersion},"type":"news","items":[{"seq":${this.seq},"callback":${callback}}]}`)
    }
    await new Promise<void>((resolve, reject) => {
      this.socket.once('close', (code) => reject(new Error(`The gateway closed the connection (${code}).`)))
      this.heard = (message) => {
        if (message.type !== 'ack') return
        const now = performance.now()
        for (const [seq, at] of began) {
          if (seq > message.seq) break
          ackMs.push(now - at)
          began.delete(seq)
        }
        while (left > 0 && began.size < mostInFlight) one()
        if (message.seq >= last) resolve()
      }
      while (left > 0 && began.size < mostInFlight) one()
    })
    this.socket.removeAllListeners('close')
    return { rows: frames * this.rowsOfFrame, ackMs }
  }

  close(): void {
    this.socket.removeAllListeners('close')
    this.socket.terminate()
  }
}
