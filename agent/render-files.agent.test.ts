import { cpus, hostname } from 'node:os'
import { expect, test } from 'vitest'
import type { ArchiveEntry } from '@/lib/package-format/read-archive'
import { secretPlaceholder } from '@/lib/protocol/desired'
import type { AgentHub } from '@/lib/testing/agent-hub'
import { buildEntry, nextTask } from '@/lib/testing/agent-process'
import { eachWithAgent } from '@/lib/testing/each-with-agent'
import { renderedPackage } from '@/lib/testing/rendered-package'

let hub: AgentHub
let unitId: string
let port: number

eachWithAgent(1, (one) => void ({ hub, unitId, port } = one))

const manifest = `
tengen: 1
name: sized
version: 1.0.0
title: Sized
runtimes: [machine]
config: { type: object, properties: { word: { type: string }, token: { type: string, x-secret: true } } }
components:
  - name: main
    ports: [{ name: http, default: 8080 }]
    templates: [{ from: app.conf, to: app.conf, render: agent }]
    process: { command: [/usr/bin/env, python3, -m, http.server], arguments: ['{{ ports.http }}'] }
`
const file = (path: string, text: string): ArchiveEntry => ({ kind: 'file', path, executable: false, bytes: Buffer.from(text) })

async function install(template: string) {
  const values = { word: 'hello', token: secretPlaceholder('sec_a', 1) }
  const content = await renderedPackage(hub, [file('tengen.yaml', manifest), file('app.conf', template)], { values, ports: { http: port } })
  const entry = buildEntry(unitId, content, { check: nextTask() })
  hub.desire([entry], { 'sec_a@1': 'hidden-word', 'sec_b@1': 'of-others' })
  return { done: await hub.done(entry.cause!), entry }
}

test('a template speaks of the machine it lands on, with values and secrets of its service and no others', async () => {
  const { done, entry } = await install('{{ config.word }} {{ machine.hostname }} {{ machine.cpuCount }} {{ config.token }}\n')
  expect([done, await hub.done(entry.check!)]).toEqual([{ ok: true }, { ok: true }])
  const answer = await fetch(`http://127.0.0.1:${port}/app.conf`)
  expect(await answer.text()).toBe(`hello ${hostname()} ${cpus().length} hidden-word\n`)

  const stolen = await install('{{ "⟦sec" | append: "ret:sec_b@1⟧" }}')
  expect(stolen.done).toMatchObject({ ok: false, code: 'content_refused', message: 'app.conf names a secret that is not this service’s.' })

  const failed = await install('{% if machine.hostname != "machine" %}{{ machine.gone }}{% endif %}')
  expect(failed.done).toMatchObject({ ok: false, code: 'template_failed' })
})
