import { z } from 'zod'
import type { Actor } from '@/lib/auth/actor'
import { authorize } from '@/lib/auth/authorize'
import type { Tx } from '@/lib/db/client'
import type { DeployRecord } from '@/lib/db/generated/client'
import { json } from '@/lib/db/json'
import { transaction } from '@/lib/db/transaction'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import { newId } from '@/lib/ids'
import { holdApplication } from '@/lib/organizations/hold-application'
import { isOfChart } from '@/lib/protocol/chart'
import { type PackageComponent, PackageManifest } from '@/lib/protocol/package-manifest'
import { bindRelations } from '@/lib/relations/bind-relations'
import { RelationChoicesSchema } from '@/lib/relations/schema'
import { noRules, PlacementRulesSchema, rulesRow } from '@/lib/services/rule-views'
import { insistNeighbours } from '@/lib/services/set-rules'
import { VariableNameSchema } from '@/lib/variables/views'
import { findRuntimes, insistRunsIn } from './find-runtimes'
import type { PartOf } from './group/open-group'
import type { PlanMade } from './plan/plan-types'
import { previewOf } from './preview-deploy'
import { requestInside } from './request-deploy'
import { asOfStage } from './stage-record'
import type { PlanPreview } from './views'

export const CreateServiceSchema = z.object({
  organization: z.string(),
  application: z.string(),
  name: z.string().regex(/^[a-z][a-z0-9-]{1,39}$/, 'Use 2 to 40 lower-case letters, digits and dashes, beginning with a letter.'),
  packageVersionId: z.string(),
  component: z.string().default('main'),
  runtimeId: z.string(),
  /** Further clusters of its environment, with as many units each. */
  alsoIn: z.array(z.string()).max(50).default([]),
  count: z.int().min(1).max(1000),
  /** What it asks of its machines. */
  rules: PlacementRulesSchema.default(noRules),
  values: z.record(z.string(), z.unknown()).default({}),
  secrets: z.record(z.string(), z.string()).default({}),
  /** Requirement of the package → who fulfils it. */
  relations: RelationChoicesSchema.default({}),
  variables: z.array(VariableNameSchema).max(200).default([]),
  onFailure: z.enum(['stop', 'roll_back']).default('stop'),
  reason: z.string().trim().max(500).optional(),
  notBefore: z.iso.datetime({ offset: true }).optional(),
  expectedHash: z.string().optional(),
})
export type CreateServiceInput = z.input<typeof CreateServiceSchema>
type Parsed = z.output<typeof CreateServiceSchema>

/** Creates a service with its first stage and placement, and asks for its installation, all or nothing. */
export async function createService(
  actor: Actor,
  input: CreateServiceInput,
): Promise<{ recordId: string; number: number; serviceId: string }> {
  const parsed = CreateServiceSchema.parse(input)
  return transaction(async (tx) => {
    const { record } = await createInside(tx, actor, parsed)
    return { recordId: record.id, number: record.number, serviceId: asOfStage(record).serviceId }
  })
}

export async function previewService(actor: Actor, input: CreateServiceInput): Promise<PlanPreview> {
  const parsed = CreateServiceSchema.parse(input)
  return previewOf(actor, (tx) => createInside(tx, actor, { ...parsed, expectedHash: undefined }))
}

export async function createInside(
  tx: Tx,
  actor: Actor,
  input: Parsed,
  part?: PartOf & { groupId: string },
): Promise<{ record: DeployRecord; plan: PlanMade }> {
  const { organizationId, id: applicationId } = await holdApplication(tx, input)
  authorize(actor, 'deploy.request', { organizationId, applicationId }, 'This application')
  const runtimes = await findRuntimes(tx, { organizationId, runtimeId: input.runtimeId, alsoIn: input.alsoIn })
  const [runtime] = runtimes
  const { packageId, component, manifest } = await packageFor(tx, input, organizationId)
  insistRunsIn(manifest, runtime)
  const taken = await tx.service.count({ where: { applicationId, name: input.name, removedAt: null } })
  if (taken > 0)
    throw new AppError('name_taken', `The application already has a service called ${input.name}.`, { fields: { name: 'is taken' } })
  const service = await tx.service.create({
    data: {
      organizationId,
      applicationId,
      name: input.name,
      packageId,
      component: input.component,
      groupId: part?.groupId,
      createdBy: actor.id,
    },
  })
  const stage = await tx.stage.create({ data: { serviceId: service.id, environment: runtime.environment } })
  await insistNeighbours(tx, service, input.rules)
  const rules = json(rulesRow(input.rules))
  const placements = runtimes.map(({ id }) => ({ id: newId(), stageId: stage.id, runtimeId: id, rules }))
  await tx.placement.createMany({ data: placements })
  await bindRelations(tx, actor, { service, stage, component }, input.relations)
  await writeEvent(tx, actor, {
    name: 'service.created',
    organizationId,
    subject: { kind: 'service', id: service.id },
    data: { name: service.name },
  })
  const { packageVersionId, values, secrets, variables, onFailure, reason, notBefore, expectedHash } = input
  const install = {
    stageId: stage.id,
    kind: 'install',
    packageVersionId,
    values,
    secrets,
    variables,
    counts: Object.fromEntries(placements.map(({ id }) => [id, input.count])),
    onFailure,
    reason,
    notBefore,
    expectedHash,
  } as const
  return requestInside(tx, actor, install, part)
}

interface Found {
  readonly packageId: string
  readonly manifest: PackageManifest
  readonly component: PackageComponent
}

async function packageFor(tx: Tx, input: Parsed, organizationId: string): Promise<Found> {
  const version = await tx.packageVersion.findFirst({
    where: { id: input.packageVersionId, package: { isHidden: false, OR: [{ organizationId: null }, { organizationId }] } },
  })
  if (!version) throw notFound('This package version')
  return { packageId: version.packageId, manifest: PackageManifest.parse(version.manifest), component: insistComponent(version, input) }
}

function insistComponent(
  { manifest }: { manifest: unknown },
  { component: name, count }: { component: string; count: number },
): PackageComponent {
  const component = PackageManifest.parse(manifest).components.find((one) => one.name === name)
  if (!component) throw new AppError('invalid', `The package has no component ${name}.`, { fields: { component: 'is unknown' } })
  if (isOfChart(component) && count > 1)
    throw new AppError('invalid', 'Its chart says how many units it has: leave it at 1.', { fields: { count: 'is said by the chart' } })
  if (component.mode === 'singleton' && count > 1)
    throw new AppError('invalid', 'This component runs as one unit only.', { fields: { count: 'must be 1' } })
  return component
}

/** The same for a service that is there, by any version of its package that it could take. */
export async function insistCount(tx: Tx, ask: { packageId: string; component: string; count: number }): Promise<void> {
  const version = await tx.packageVersion.findFirst({
    where: { packageId: ask.packageId, state: { in: ['active', 'suspended'] } },
    orderBy: { createdAt: 'desc' },
  })
  if (version) insistComponent(version, ask)
}
