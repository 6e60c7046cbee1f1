import { readFileSync } from 'node:fs'
import path from 'node:path'
import { expect, test } from 'vitest'
import { readAgentFrame, readHubFrame } from './messages'

/** What an agent and a hub of version 0.1.0 said to each other; never edited. */
const frozen = JSON.parse(readFileSync(path.join(import.meta.dirname, 'fixtures/agent-0.1.0.json'), 'utf8')) as {
  agent: { type: string }[]
  hub: { type: string }[]
  hello: object
}

test('whatever an agent of before says is understood, to the last field', () => {
  for (const frame of [frozen.hello as { type: string }, ...frozen.agent]) {
    const read = readAgentFrame(JSON.stringify(frame))
    expect([frame.type, read.kind]).toEqual([frame.type, 'message'])
    if (read.kind === 'message') expect(read.message).toMatchObject(frame)
  }
})

test('an agent of now understands a hub of before: nothing that was added since is asked for', () => {
  for (const frame of frozen.hub) {
    const read = readHubFrame(JSON.stringify(frame))
    expect([frame.type, read.kind]).toEqual([frame.type, 'message'])
  }
})
