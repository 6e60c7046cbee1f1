import type pg from 'pg'
import { systemActor } from '@/lib/auth/actor'
import { publishEntries } from '@/lib/catalog/publish-package'
import { clock } from '@/lib/clock'
import { db } from '@/lib/db/client'
import { transaction } from '@/lib/db/transaction'
import { newId } from '@/lib/ids'

const machines = 20

/** Machines with room for everybody. Nobody dials for them: what their agents would say, the bench says. */
export async function addMachines(): Promise<void> {
  const { id: runtimeId } = await db.runtime.findUniqueOrThrow({ where: { name: 'test' } })
  const size = { cpuMillis: 1_000_000, memoryMib: 1_000_000, diskMib: 1_000_000 }
  const there = { state: 'ready', connected: true, heardAt: clock.now() } as const
  for (let i = 0; i < machines; i++) {
    const id = newId()
    const names = { name: `relations-${i}`, signKey: id, boxKey: id, address: `10.2.0.${i + 1}` }
    await db.machine.create({ data: { id, runtimeId, ...names, ...size, ...there } })
  }
}

/** A package of one program that gives or takes a store. */
export async function publish(name: string, component: string): Promise<string> {
  const text = `tengen: 1
name: ${name}
version: 1.0.0
title: ${name}
runtimes: [machine]
components:
  - name: main
    ports: [{ name: http, default: 8080 }]
    process: { command: [bin/server] }
    ${component}
`
  const file = (path: string, bytes: Buffer, executable = false) => ({ kind: 'file', path, executable, bytes }) as const
  const entries = [file('tengen.yaml', Buffer.from(text)), file('bin/server', Buffer.from('#!/bin/sh\nexec sleep 1d\n'), true)]
  const published = await transaction((tx) => publishEntries(tx, systemActor('bench'), { organizationId: null, origin: 'bench', entries }))
  return published.versionId
}

/** What makes a service, each table with what differs between two of its kind. `$2` = the number of the copy. */
const tables: readonly (readonly [table: string, where: string, change: string])[] = [
  ['Service', 'id = $1', `'id', t.id || n, 'name', t.name || n`],
  ['Stage', '"serviceId" = $1', `'id', t.id || n, 'serviceId', t."serviceId" || n, 'releaseId', t."releaseId" || n`],
  ['Release', `"stageId" in (select id from "Stage" where "serviceId" = $1)`, `'id', t.id || n, 'stageId', t."stageId" || n`],
  [
    'Placement',
    `"stageId" in (select id from "Stage" where "serviceId" = $1)`,
    `'id', t.id || n, 'stageId', t."stageId" || n, 'releaseId', t."releaseId" || n, 'wantedReleaseId', t."wantedReleaseId" || n`,
  ],
  [
    'Unit',
    `"stageId" in (select id from "Stage" where "serviceId" = $1)`,
    `'id', t.id || n, 'stageId', t."stageId" || n, 'placementId', t."placementId" || n, 'releaseId', t."releaseId" || n,
     'wantedReleaseId', t."wantedReleaseId" || n`,
  ],
  [
    'Allocation',
    `"unitId" in (select u.id from "Unit" u join "Stage" s on s.id = u."stageId" where s."serviceId" = $1)`,
    `'id', t.id || n, 'unitId', t."unitId" || n`,
  ],
  [
    'DesiredUnit',
    `"unitId" in (select u.id from "Unit" u join "Stage" s on s.id = u."stageId" where s."serviceId" = $1)`,
    `'unitId', t."unitId" || n, 'releaseId', t."releaseId" || n`,
  ],
  [
    'Relation',
    `"consumerStageId" in (select id from "Stage" where "serviceId" = $1)`,
    `'id', t.id || n, 'consumerStageId', t."consumerStageId" || n`,
  ],
]

/** More services like this one, as if each had been installed: a deploy of each would take longer than what is measured. */
export async function copyService(pool: pg.Pool, serviceId: string, from: number, to: number): Promise<void> {
  for (const [table, where, change] of tables) {
    await pool.query(
      `insert into "${table}" select (jsonb_populate_record(null::"${table}", to_jsonb(t) || jsonb_build_object(${change}))).*
       from (select * from "${table}" where ${where}) t, (select '-' || i as n from generate_series($2::int, $3::int) i) numbers`,
      [serviceId, from, to],
    )
  }
}
