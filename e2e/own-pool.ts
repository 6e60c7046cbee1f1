import { type ChildProcess, spawn, spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import type { Browser } from '@playwright/test'
import pg from 'pg'
import { freshName } from './deploys'
import { apiAs, productUrl } from './people'
import { databaseUrl } from './product-state'
import { expect } from './test'

const agentFile = path.join(import.meta.dirname, '../dist/agent.mjs')

export async function query<Row extends pg.QueryResultRow>(text: string, values: readonly unknown[]): Promise<Row[]> {
  const client = new pg.Client({ connectionString: databaseUrl() })
  await client.connect()
  try {
    return (await client.query<Row>(text, [...values])).rows
  } finally {
    await client.end()
  }
}

/** A pool of a story's own, the last in every list: nobody else's units are on its machines. */
export class OwnPool {
  readonly name = freshName('zone')
  readonly machines: readonly string[]
  readonly agents = new Map<string, ChildProcess>()
  private readonly homes = new Map<string, string>()

  constructor(
    /** The host of its machines. */
    private readonly address: string,
    count: number,
  ) {
    this.machines = Array.from({ length: count }, (_, index) => `${this.name}-${'abc'[index]}`)
  }

  async open(browser: Browser, organization = 'harbor'): Promise<void> {
    const olga = await apiAs(browser, 'olga')
    await olga.post('/api/v1/pools', { data: { name: this.name, environment: 'test', isOffered: false } })
    await query(
      `insert into "RuntimeGrant" (id, "runtimeId", "organizationId")
       select $1, r.id, o.id from "Organization" o, "Runtime" r where o.slug = $2 and r.name = $1`,
      [this.name, organization],
    )
    for (const machine of this.machines) {
      this.homes.set(machine, mkdtempSync(path.join(os.tmpdir(), 'tengen-home-')))
      const asked = await olga.post('/api/v1/join-tokens', { data: { pool: this.name, hub: productUrl(), machineName: machine } })
      const { token } = (await asked.json()) as { token: string }
      this.startAgent(machine, '--join', token, '--hub', `${productUrl().replace(/^http/, 'ws')}/ws/agent`)
      const state = async () => ((await (await olga.get(`/api/v1/machines/${machine}`)).json()) as { state?: string }).state
      await expect.poll(state).toBe('ready')
    }
  }

  startAgent(machine: string, ...join: string[]): void {
    const words = ['--home', this.homes.get(machine) ?? '', ...join, '--address', this.address]
    this.agents.set(machine, spawn(process.execPath, [agentFile, ...words], { stdio: 'ignore' }))
  }

  async close(): Promise<void> {
    for (const [machine, home] of this.homes) {
      this.agents.get(machine)?.kill('SIGKILL')
      spawnSync(process.execPath, [agentFile, 'stop-all', '--home', home])
      rmSync(home, { recursive: true, force: true })
    }
    await query('delete from "RuntimeGrant" where id = $1', [this.name])
  }
}
