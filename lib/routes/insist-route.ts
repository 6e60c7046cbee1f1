import type { Tx } from '@/lib/db/client'
import type { Service, Stage } from '@/lib/db/generated/client'
import type { DeployKind } from '@/lib/db/generated/enums'
import type { RequestDeployInput } from '@/lib/deploys/deploy-request'
import { AppError } from '@/lib/errors'
import { RouteValuesSchema } from '@/lib/protocol/route'
import { insistBackends } from './backends'
import { insistClaim } from './claim-host'

const kinds: readonly DeployKind[] = ['rollback', 'remove', 'accept']

type Input = Pick<RequestDeployInput, 'kind' | 'takeOver' | 'values' | 'overlay' | 'secrets' | 'variables' | 'packageVersionId'>

/** It is applied once more as it is, and what others changed of it goes. */
const putsBack = ({ kind, takeOver, values, overlay, secrets, variables, packageVersionId }: Input): boolean =>
  kind === 'configure' && takeOver === true && !(values || overlay || secrets || variables || packageVersionId)

/** A route has no units and no package of anybody: what changes it says where it leads. */
export function insistRouteKind({ isRoute, name }: Service, input: Input): void {
  if (isRoute && !kinds.includes(input.kind) && !putsBack(input))
    throw new AppError('invalid', `${name} is a route: say where its paths shall lead.`, { reason: 'is_route' })
}

interface Asked {
  readonly service: Service
  readonly stage: Stage
  readonly kind: DeployKind
  readonly releaseId: string | null
}

/** Its host is still its own, and an earlier version still leads somewhere. */
export async function insistRoute(tx: Tx, { service, stage, kind, releaseId }: Asked): Promise<void> {
  if (kind === 'remove') return
  await insistClaim(tx, stage.id)
  if (!releaseId) return
  const { values } = await tx.release.findUniqueOrThrow({ where: { id: releaseId }, select: { values: true } })
  await insistBackends(tx, { applicationId: service.applicationId, environment: stage.environment }, RouteValuesSchema.parse(values).rules)
}
