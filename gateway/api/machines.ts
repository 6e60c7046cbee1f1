import { z } from 'zod'
import { EndRestoreSchema, endRestore } from '@/lib/machines/end-restore'
import { getMachine } from '@/lib/machines/get-machine'
import { expiryFilters, ListMachinesSchema, listMachines } from '@/lib/machines/list-machines'
import { machineIdOf } from '@/lib/machines/machine-id-of'
import { OperateMachineSchema, operateMachine } from '@/lib/machines/operate-machine'
import { ResumeAutomationSchema, resumeAutomation } from '@/lib/machines/resume-automation'
import { SetInventorySchema, setInventory } from '@/lib/machines/set-inventory'
import { TendMachineSchema, tendMachine } from '@/lib/machines/tend-machine'
import { MachineListSchema, MachineViewSchema, machineActs, machineCares, machineStates } from '@/lib/machines/views'
import { GetMachineUsageSchema, getMachineUsage } from '@/lib/samples/get-machine-usage'
import { MachineUsageSchema } from '@/lib/samples/views'
import { several, slug } from './inputs'
import { route } from './route'

const aMachine = z.object({ name: slug.max(200) })

/** Machines, for operators. */
export const machineRoutes = [
  route({
    method: 'GET',
    path: '/api/v1/machines',
    summary: 'Machines by pool and name',
    query: ListMachinesSchema.extend({
      state: several(z.enum([...machineStates, 'unknown'])),
      pool: several(z.string().max(100)),
      zone: several(z.string().max(100)),
      label: several(z.string().max(200)),
      expiry: several(z.enum(expiryFilters)),
    }),
    response: MachineListSchema.meta({ id: 'MachineList' }),
    handle: ({ actor, query }) => listMachines(actor, query),
  }),
  route({
    method: 'GET',
    path: '/api/v1/machines/{name}',
    summary: 'One machine: state, facts, units, history',
    params: aMachine,
    response: MachineViewSchema.meta({ id: 'Machine' }),
    handle: ({ actor, params }) => getMachine(actor, params),
  }),
  route({
    method: 'GET',
    path: '/api/v1/machines/{name}/usage',
    summary: 'What a machine has used in the last day',
    params: GetMachineUsageSchema,
    response: MachineUsageSchema.meta({ id: 'MachineUsage' }),
    handle: ({ actor, params }) => getMachineUsage(actor, params),
  }),
  route({
    method: 'PUT',
    path: '/api/v1/machines/{name}/inventory',
    summary: 'What is said of a machine: owner, cost, place, labels, configuration, end',
    params: aMachine,
    body: SetInventorySchema.omit({ machineId: true }),
    status: 204,
    async handle({ actor, params, body, reply }) {
      await setInventory(actor, { ...body, machineId: await machineIdOf(actor, params.name) })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/machines/{name}/acts/{act}',
    summary: 'Move a machine through its lifecycle by hand',
    params: aMachine.extend({ act: z.enum(machineActs) }),
    body: OperateMachineSchema.pick({ typedName: true }).prefault({}),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const machineId = await machineIdOf(actor, params.name)
      await operateMachine(actor, { machineId, act: params.act, typedName: body.typedName })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/machines/{name}/cares/{care}',
    summary: 'Drain a machine, work on it, or vouch that it is off',
    params: aMachine.extend({ care: z.enum(machineCares) }),
    body: TendMachineSchema.pick({ hours: true, typedName: true }).prefault({}),
    status: 204,
    async handle({ actor, params, body, reply }) {
      const machineId = await machineIdOf(actor, params.name)
      await tendMachine(actor, { machineId, care: params.care, ...body })
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/pools/{runtimeId}/resume-automation',
    summary: 'Let automation go on in a pool that lost many machines at once',
    params: ResumeAutomationSchema,
    status: 204,
    async handle({ actor, params, reply }) {
      await resumeAutomation(actor, params)
      return reply.code(204).send()
    },
  }),
  route({
    method: 'POST',
    path: '/api/v1/runtimes/{runtimeId}/end-restore',
    summary: 'After a restore of the hub: let automation act again in this pool or cluster',
    params: EndRestoreSchema,
    status: 204,
    async handle({ actor, params, reply }) {
      await endRestore(actor, params)
      return reply.code(204).send()
    },
  }),
]
