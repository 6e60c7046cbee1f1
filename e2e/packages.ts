import { execFileSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { APIRequestContext } from '@playwright/test'

/** A package as its author would pack it: path → text. */
export function packageOf(files: Readonly<Record<string, string>>): Buffer {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'tengen-package-'))
  try {
    for (const [name, text] of Object.entries(files)) {
      mkdirSync(path.dirname(path.join(folder, name)), { recursive: true })
      writeFileSync(path.join(folder, name), text)
    }
    return execFileSync('tar', ['-czf', '-', '-C', folder, ...readdirSync(folder)])
  } finally {
    rmSync(folder, { recursive: true })
  }
}

const manifest = (name: string) => `tengen: 1
name: ${name}
version: 1.0.0
title: Talks while it installs
description: Its install hook writes lines, at the pace it is asked for.
runtimes: [machine]
config:
  type: object
  additionalProperties: false
  properties:
    lines: { title: Lines, type: integer, default: 20, minimum: 1, maximum: 5000 }
    everyMs: { title: Pause, type: integer, default: 0, minimum: 0, maximum: 1000, x-unit: ms }
    fails: { title: Fails, type: boolean, default: false }
components:
  - name: main
    process:
      command: [node, bin/idle.mjs]
    hooks:
      install: { run: [node, hooks/install.mjs], timeout: 60s }
`

const install = String.raw`import { readFileSync } from 'node:fs'
import { setTimeout as wait } from 'node:timers/promises'
const { lines = 20, everyMs = 0, fails = false } = JSON.parse(readFileSync(process.env.TENGEN_CONFIG, 'utf8'))
console.log('<img src=x onerror="document.title=1"><script>document.title = 2</script><b>bold</b>')
console.log('\u001b]0;another title\u0007\u001b[2J\u001b[31mred words\u001b[0m and plain ones')
for (let i = 1; i <= lines; i++) {
  console.log('said ' + i)
  if (everyMs > 0) await wait(everyMs)
}
if (fails) {
  console.error('fatal: the disk is on fire')
  process.exitCode = 7
}
`

/** Publishes a package whose units keep a directory: removing it with its data loses something. */
export async function publishKeeper(api: APIRequestContext, name: string): Promise<void> {
  const data = packageOf({
    'tengen.yaml': `${manifest(name)}    data:\n      - { name: state, path: data, sizeMib: 1 }\n`,
    'hooks/install.mjs': install,
    'bin/idle.mjs': 'setInterval(() => {}, 60_000)\n',
  })
  const answer = await api.post('/api/v1/organizations/harbor/packages', { data, headers: { 'content-type': 'application/gzip' } })
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`)
}

/** Publishes the talking package under this name; a service of it fills its log as it is told. */
export async function publishTalker(api: APIRequestContext, name: string): Promise<void> {
  const data = packageOf({
    'tengen.yaml': manifest(name),
    'hooks/install.mjs': install,
    'bin/idle.mjs': 'setInterval(() => {}, 60_000)\n',
  })
  const answer = await api.post('/api/v1/organizations/harbor/packages', { data, headers: { 'content-type': 'application/gzip' } })
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`)
}

const chatter = String.raw`import { readFileSync } from 'node:fs'
const { everyMs = 100 } = JSON.parse(readFileSync(process.env.TENGEN_CONFIG, 'utf8'))
console.log('<img src=x onerror="document.title=1"><b>bold</b>')
console.log('\u001b[31mred words\u001b[0m and plain ones')
console.error('error: only a warning')
let i = 0
setInterval(() => console.log(process.env.TENGEN_UNIT + ' said ' + ++i), everyMs)
`

/** Publishes a package whose process talks for as long as it runs. */
export async function publishChatter(api: APIRequestContext, name: string): Promise<void> {
  const data = packageOf({ 'tengen.yaml': manifest(name), 'hooks/install.mjs': install, 'bin/idle.mjs': chatter })
  const answer = await api.post('/api/v1/organizations/harbor/packages', { data, headers: { 'content-type': 'application/gzip' } })
  if (!answer.ok()) throw new Error(`${answer.status()}: ${await answer.text()}`)
}
