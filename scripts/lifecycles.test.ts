import { readFileSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, test } from 'vitest'
import * as catalogViews from '@/lib/catalog/views'
import * as clusterViews from '@/lib/clusters/views'
import * as enums from '@/lib/db/generated/enums'
import * as deployViews from '@/lib/deploys/views'
import * as machineViews from '@/lib/machines/views'
import * as memberViews from '@/lib/members/views'
import * as quotaViews from '@/lib/quotas/views'
import * as serviceViews from '@/lib/services/views'
import * as workloadViews from '@/lib/workloads/views'
import { lifecycles, lifecyclesText } from './lifecycles'

const stored: Record<string, readonly string[]> = {
  Deploy: Object.values(enums.DeployState),
  Task: Object.values(enums.TaskState),
  Machine: Object.values(enums.MachineState),
  Cluster: Object.values(enums.ClusterState),
  Unit: Object.values(enums.UnitState),
  Workload: Object.values(enums.WorkloadState),
  'Package version': Object.values(enums.PackageState),
  'Quota request': Object.values(enums.QuotaRequestState),
  'Role request': Object.values(enums.RoleRequestState),
}
const shown: Record<string, readonly string[]> = {
  Deploy: deployViews.deployStates,
  Task: deployViews.taskStates,
  Machine: machineViews.machineStates,
  Cluster: clusterViews.clusterStates,
  Unit: serviceViews.unitStates,
  Workload: workloadViews.workloadStates,
  'Package version': catalogViews.packageStates,
  'Quota request': quotaViews.quotaRequestStates,
  'Role request': memberViews.roleRequestStates,
}

describe.each(Object.entries(lifecycles))('the lifecycle of %s', (name, { table, states, isFinal }) => {
  const rows = Object.values(table)
  const entered = new Set(rows.map((row) => row.to))

  test('has the same states in the table, the database and the views', () => {
    expect([...states].sort()).toEqual([...(stored[name] ?? [])].sort())
    expect([...(shown[name] ?? [])].sort()).toEqual([...states].sort())
  })

  test('reaches every state, and leaves every state that is not an end', () => {
    expect(states.filter((state) => !entered.has(state))).toEqual([])
    expect(states.filter((state) => !isFinal(state as never) && !rows.some((row) => row.from.includes(state)))).toEqual([])
  })

  test('begins in one place', () => {
    expect(rows.filter((row) => row.from.length === 0)).toHaveLength(1)
  })
})

test('kinds of deploys are the same in the database and the views', () => {
  expect([...deployViews.deployKinds].sort()).toEqual(Object.values(enums.DeployKind).sort())
})

test('docs/lifecycles.md is what the tables say (npm run docs)', () => {
  expect(readFileSync(path.join(import.meta.dirname, '../docs/lifecycles.md'), 'utf8')).toBe(lifecyclesText())
})
