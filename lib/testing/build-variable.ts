import { createVariable } from '@/lib/variables/create-variable'
import type { BuiltOrganization } from './build-organization'
import { type BuiltService, change, settle } from './build-service'

/** A variable of production that a service takes: adding it again, rotating an older one and removing it are all refused by the rules. */
export async function buildVariable(world: BuiltOrganization, web: BuiltService, name: string): Promise<void> {
  const variable = { organization: world.slug, application: 'shop', environment: 'production', name, value: 'x' } as const
  await createVariable(await world.person('admin'), variable)
  await settle(world, (await change(world, web, { kind: 'configure', variables: [name] })).recordId)
}
