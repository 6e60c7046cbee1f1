import { connect, type Socket } from 'node:net'

/** What a client of a websocket does, in few instructions: thousands of them are not to cost what the hub costs. */
export class PlainSocket {
  private readonly socket: Socket
  private rest: Buffer = Buffer.alloc(0)
  private isOpen = false
  /** What is said in one turn leaves as one packet. */
  private waiting: Buffer[] = []

  constructor(
    url: URL,
    private readonly on: { open: () => void; text: (text: string) => void; closed: () => void },
  ) {
    this.socket = connect({ host: url.hostname, port: Number(url.port), noDelay: true })
    this.socket.on('connect', () => this.socket.write(greeting(url)))
    this.socket.on('data', (data) => this.take(data))
    this.socket.on('error', () => undefined)
    this.socket.once('close', () => {
      this.isOpen = false
      on.closed()
    })
  }

  send(text: string): void {
    if (!this.isOpen) return
    if (this.waiting.length === 0) process.nextTick(() => this.flush())
    this.waiting.push(frameOf(textFrame, Buffer.from(text)))
  }

  end(): void {
    this.socket.destroy()
  }

  private flush(): void {
    if (this.isOpen) this.socket.write(this.waiting.length === 1 ? (this.waiting[0] as Buffer) : Buffer.concat(this.waiting))
    this.waiting = []
  }

  private take(data: Buffer): void {
    this.rest = this.rest.length === 0 ? data : Buffer.concat([this.rest, data])
    if (!this.isOpen && !this.takeGreeting()) return
    for (let frame = frameAt(this.rest); frame; frame = frameAt(this.rest)) {
      this.rest = this.rest.subarray(frame.end)
      const body = frame.body
      if (frame.kind === textFrame) this.on.text(body.toString('utf8'))
      else if (frame.kind === pingFrame) this.socket.write(frameOf(pongFrame, body))
      else if (frame.kind === closeFrame) this.socket.end(frameOf(closeFrame, body))
    }
  }

  private takeGreeting(): boolean {
    const end = this.rest.indexOf('\r\n\r\n')
    if (end < 0) return false
    if (!this.rest.subarray(0, 12).equals(switching)) {
      this.end()
      return false
    }
    this.rest = this.rest.subarray(end + 4)
    this.isOpen = true
    this.on.open()
    return true
  }
}

const [textFrame, closeFrame, pingFrame, pongFrame] = [1, 8, 9, 10] as const
const switching = Buffer.from('HTTP/1.1 101')

const greeting = ({ host, pathname }: URL): string =>
  `GET ${pathname} HTTP/1.1\r\nHost: ${host}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\nSec-WebSocket-Version: 13\r\nSec-WebSocket-Key: dGVuZ2VuIGVtdWxhdGVkIQ==\r\n\r\n`

/** A mask of zeros changes nothing, and is one. */
function frameOf(kind: number, body: Buffer): Buffer {
  const short = body.length < 126
  const head = Buffer.alloc(short ? 6 : body.length < 65_536 ? 8 : 14)
  head[0] = 0x80 | kind
  head[1] = 0x80 | (short ? body.length : body.length < 65_536 ? 126 : 127)
  if (head.length === 8) head.writeUInt16BE(body.length, 2)
  if (head.length === 14) head.writeBigUInt64BE(BigInt(body.length), 2)
  return Buffer.concat([head, body])
}

/** The first whole frame; servers send them without a mask, and this one never in parts. */
function frameAt(bytes: Buffer): { kind: number; body: Buffer; end: number } | undefined {
  if (bytes.length < 2) return undefined
  const said = (bytes[1] ?? 0) & 0x7f
  const begin = said < 126 ? 2 : said === 126 ? 4 : 10
  if (bytes.length < begin) return undefined
  const length = said < 126 ? said : said === 126 ? bytes.readUInt16BE(2) : Number(bytes.readBigUInt64BE(2))
  const end = begin + length
  return bytes.length < end ? undefined : { kind: (bytes[0] ?? 0) & 0x0f, body: bytes.subarray(begin, end), end }
}
