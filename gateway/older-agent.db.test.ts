import { readFileSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { WebSocket } from 'ws'
import { z } from 'zod'
import { systemActor } from '@/lib/auth/actor'
import { machineTargets } from '@/lib/commands/find-targets'
import { createJoinToken } from '@/lib/machines/create-join-token'
import { ensureHub } from '@/lib/machines/hub'
import { handshakeTranscript, makeBoxKeys, makeSigningKeys, newNonce, signText } from '@/lib/protocol/identity'
import { joinTokenHash, readJoinToken } from '@/lib/protocol/join-token'
import { TestGateway } from './test-gateway'
import { serveAgents } from './ws/agents'

type Frame = Record<string, unknown> & { type: string }
const file = path.join(import.meta.dirname, '../lib/protocol/fixtures/agent-0.1.0.json')
const frozen = JSON.parse(readFileSync(file, 'utf8')) as { agent: Frame[]; hello: Frame }

let gateway: TestGateway
let agents: { close(): void }
beforeAll(async () => {
  gateway = await TestGateway.start([])
  await ensureHub(gateway.database.db)
  await gateway.database.db.runtime.create({ data: { name: 'old', environment: 'test' } })
  agents = serveAgents('g')
})
afterAll(async () => {
  agents.close()
  await gateway.stop()
})

/** The agent's end of a connection: what it said then is said again, under keys of today. */
class OldAgent {
  readonly heard: Frame[] = []
  code: number | undefined
  private readonly socket: WebSocket
  private wake = () => {}

  constructor(port: number) {
    this.socket = new WebSocket(`ws://127.0.0.1:${port}/ws/agent`)
    this.socket.on('message', (data) => {
      this.heard.push(JSON.parse(String(data)))
      this.wake()
    })
    this.socket.on('close', (code) => {
      this.code = code
      this.wake()
    })
  }

  opened = () => new Promise((resolve) => this.socket.once('open', resolve))
  say = (frame: object) => this.socket.send(JSON.stringify(frame))
  close = () => this.socket.terminate()

  async hear(type: string, after = 0): Promise<Frame> {
    for (;;) {
      const found = this.heard.filter((frame) => frame.type === type)[after]
      if (found) return found
      if (this.code !== undefined) throw new Error(`The hub hung up (${this.code}) before it said ${type}.`)
      await new Promise<void>((resolve) => {
        this.wake = resolve
      })
    }
  }
}

const NewsFrame = z.object({ items: z.array(z.object({ seq: z.int() })) })

test('an agent of the version before joins, is told what it shall be and is heard; commands pass it by', async () => {
  const { token } = await createJoinToken(systemActor('test'), { pool: 'old', machineName: 'old-1' })
  const { secret } = readJoinToken(token)
  const [sign, box] = [makeSigningKeys(), makeBoxKeys()]
  const agent = new OldAgent(gateway.port)
  await agent.opened()
  const hello = {
    ...frozen.hello,
    agentNonce: newNonce(),
    joinTokenHash: joinTokenHash(secret),
    signKey: sign.publicKey,
    boxKey: box.publicKey,
  }
  agent.say(hello)
  const { hubNonce, hubKey } = z.object({ hubNonce: z.string(), hubKey: z.string() }).parse(await agent.hear('challenge'))
  const transcript = handshakeTranscript('agent', { hello: hello as never, hubNonce, hubKey })
  agent.say({ v: 1, type: 'prove', signature: signText(sign.privateKey, transcript), joinSecret: secret, name: 'old-1' })
  await agent.hear('welcome')
  for (const frame of frozen.agent) agent.say(frame)
  const news = frozen.agent.filter((frame) => frame.type === 'news').map((frame) => NewsFrame.parse(frame))
  const last = Math.max(...news.flatMap(({ items }) => items.map((item) => item.seq)))
  expect((await agent.hear('ack', news.length - 1)).seq).toBe(last)
  agent.say({ v: 1, type: 'poll', era: 1, revision: 0 })
  // It reads only fields that it knows, and a set without commands says nothing of them.
  expect(Object.keys(await agent.hear('desired'))).not.toContain('commands')
  expect(agent.code).toBeUndefined()
  const machine = await gateway.database.db.machine.findUniqueOrThrow({ where: { name: 'old-1' } })
  expect(machine).toMatchObject({ connected: true, agentVersion: '0.1.0', newsSeq: BigInt(last) })
  expect((await machineTargets(gateway.database.db, ['old-1'])).map((target) => target.view.whyNot?.code)).toEqual(['command_old_agent'])
  agent.close()
})
