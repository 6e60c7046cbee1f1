import { expect, test } from 'vitest'
import type { UnitStep } from './plan-units'
import { promise } from './promise'

const place = (machineId: string) => ({ name: 'web/1', ordinal: 1, machineId, machineName: machineId, address: '127.0.0.1', ports: {} })

test('a unit that is made again elsewhere is promised once, in its new place', () => {
  const input = {
    service: {
      organizationSlug: 'acme',
      applicationSlug: 'shop',
      name: 'web',
      component: 'main',
      size: { cpuMillis: null, memoryMib: null },
    },
    units: [
      {
        ...place('old'),
        id: 'u',
        placementId: 'p',
        state: 'running' as const,
        held: false,
        releaseId: 'r',
        contentDigest: 'c',
        resources: null,
      },
    ],
    clusters: [],
  }
  const step = { action: 'create', unit: place('new'), placement: { id: 'p' }, release: null, content: null } as UnitStep
  expect(promise(input, { targets: [], steps: [step] }).units.map((unit) => [unit.name, unit.machineId])).toEqual([['web/1', 'new']])
})
