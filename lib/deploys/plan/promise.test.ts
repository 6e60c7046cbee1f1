import { expect, test } from 'vitest'
import type { PlanInput } from './plan-types'
import type { UnitStep } from './plan-units'
import { promise } from './promise'

const place = (machineId: string) => ({ name: 'web/1', ordinal: 1, machineId, machineName: machineId, address: '127.0.0.1', ports: {} })

test('a unit that is made again elsewhere is promised once, in its new place', () => {
  const input = {
    service: { component: 'main', size: {} },
    units: [{ ...place('old'), placementId: 'p', releaseId: 'r', contentDigest: 'c' }],
  } as unknown as PlanInput
  const step = { action: 'create', unit: place('new'), placement: { id: 'p' }, release: null, content: null } as unknown as UnitStep
  expect(promise(input, { targets: [], steps: [step] }).units.map((unit) => [unit.name, unit.machineId])).toEqual([['web/1', 'new']])
})
