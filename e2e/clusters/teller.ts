import { packageOf } from '@/e2e/packages'

const manifest = `tengen: 1
name: teller
version: 1.0.0
title: Teller
description: Says where what it needs is reached.
runtimes: [machine]
config: { type: object, additionalProperties: false, properties: {} }
components:
  - name: main
    process: { command: [node, bin/tell.mjs] }
    hooks:
      relation-changed: { run: [node, hooks/relation-changed.mjs], timeout: 10s }
    requires:
      - { name: web, interface: http, granularity: unit }
`

const program = `import { existsSync, readFileSync } from 'node:fs'
let before = ''
setInterval(() => {
  const now = existsSync('known.txt') ? readFileSync('known.txt', 'utf8') : before
  if (now !== before) console.log('web is at ' + now)
  before = now
}, 100)
`

const hook = `import { readFileSync, writeFileSync } from 'node:fs'
const { all } = JSON.parse(readFileSync(process.env.TENGEN_RELATIONS, 'utf8'))
writeFileSync('known.txt', all.map(({ address, port }) => address + ':' + port).sort().join(' and '))
`

/** A package for machines: it prints where it was told that its `web` is, whenever that changes. */
export const teller = (): Buffer => packageOf({ 'tengen.yaml': manifest, 'bin/tell.mjs': program, 'hooks/relation-changed.mjs': hook })
