import type { Actor } from '@/lib/auth/actor'
import { clock } from '@/lib/clock'
import type { Tx } from '@/lib/db/client'
import type { Relation, Service, Stage } from '@/lib/db/generated/client'
import { AppError, notFound } from '@/lib/errors'
import { writeEvent } from '@/lib/events/write-event'
import type { PackageComponent } from '@/lib/protocol/package-manifest'
import { enqueue } from '@/lib/queue/outbox'
import { raiseInputs } from '@/lib/services/raise-inputs'
import { componentOfStage } from './component-of-stage'
import type { Provider, RelationChoices } from './schema'
import { withinReach } from './within-reach'

type Requirement = PackageComponent['requires'][number]

interface Consumer {
  readonly service: Service
  readonly stage: Stage
  readonly component: PackageComponent
}

interface Bound {
  readonly providerStageId: string | null
  readonly provision: string | null
  readonly externalId: string | null
  readonly name: string
}

/**
 * Makes these the providers of the requirements named; others stay as they are. Both sides' plans are made from this, and both
 * are told. The caller has asked who may, and holds the consumer's stage.
 */
export async function bindRelations(tx: Tx, actor: Actor, consumer: Consumer, choices: RelationChoices): Promise<void> {
  for (const [name, providers] of Object.entries(choices)) {
    const requirement = consumer.component.requires.find((one) => one.name === name)
    if (!requirement)
      throw new AppError('invalid', `The package requires nothing called ${name}.`, { fields: { [`relations.${name}`]: 'is unknown' } })
    if (providers.length > 1 && !requirement.many)
      throw new AppError('invalid', `${name} takes one provider only.`, { fields: { [`relations.${name}`]: 'takes one provider only' } })
    const bound = await Promise.all(providers.map((provider) => resolve(tx, consumer, requirement, provider)))
    // Named twice is chosen once.
    const once = [...new Map(bound.map((one) => [keyOf(one), one])).values()]
    await replace(tx, actor, consumer, { requirement, bound: once })
  }
}

const keyOf = (one: { providerStageId: string | null; externalId: string | null }) => `${one.providerStageId} ${one.externalId}`

async function resolve(tx: Tx, consumer: Consumer, requirement: Requirement, provider: Provider): Promise<Bound> {
  return 'serviceId' in provider
    ? ofService(tx, consumer, requirement, provider.serviceId)
    : ofExternal(tx, consumer, requirement, provider.externalId)
}

const mismatch = ({ name, interface: wanted }: Requirement, who: string) =>
  new AppError('invalid', `${who} does not provide ${wanted}.`, { fields: { [`relations.${name}`]: `does not provide ${wanted}` } })

async function ofService(tx: Tx, { service, stage }: Consumer, requirement: Requirement, serviceId: string): Promise<Bound> {
  // What is lent is not taken back meanwhile.
  await tx.$queryRaw`select 1 from "RelationOffer" where "serviceId" = ${serviceId} and "toApplicationId" = ${service.applicationId} for share`
  const found = await tx.service.findFirst({
    where: { id: serviceId, ...withinReach(service.applicationId, stage.environment, requirement.interface) },
    include: { stages: { where: { environment: stage.environment } } },
  })
  if (!found) throw notFound('This service')
  const [other] = found.stages
  if (!other || other.id === stage.id)
    throw new AppError('invalid', `${found.name} is not there in ${stage.environment}.`, {
      fields: { [`relations.${requirement.name}`]: `is not there in ${stage.environment}` },
    })
  const component = await componentOfStage(tx, other.id)
  const provision = component?.provides.find((one) => one.interface === requirement.interface)
  if (!provision) throw mismatch(requirement, found.name)
  return { providerStageId: other.id, provision: provision.name, externalId: null, name: found.name }
}

async function ofExternal(tx: Tx, { service, stage }: Consumer, requirement: Requirement, id: string): Promise<Bound> {
  const { applicationId } = service
  // Nor is what is outside forgotten.
  await tx.$queryRaw`select 1 from "ExternalService" where id = ${id} for share`
  const found = await tx.externalService.findFirst({ where: { id, applicationId, environment: stage.environment, removedAt: null } })
  if (!found) throw notFound('This external service')
  if (found.interface !== requirement.interface) throw mismatch(requirement, found.name)
  return { providerStageId: null, provision: null, externalId: id, name: found.name }
}

interface Change {
  readonly requirement: Requirement
  readonly bound: readonly Bound[]
}

async function replace(tx: Tx, actor: Actor, { service, stage }: Consumer, { requirement, bound }: Change): Promise<void> {
  const before = await tx.relation.findMany({ where: { consumerStageId: stage.id, requirement: requirement.name, removedAt: null } })
  const wanted = new Set(bound.map(keyOf))
  const gone = before.filter((relation) => !wanted.has(keyOf(relation)))
  const known = new Set(before.map(keyOf))
  const added = bound.filter((one) => !known.has(keyOf(one)))
  if (gone.length === 0 && added.length === 0) return
  await tx.relation.updateMany({ where: { id: { in: gone.map((relation) => relation.id) } }, data: { removedAt: clock.now() } })
  await tx.relation.createMany({
    data: added.map(({ name: _name, ...one }) => ({
      ...one,
      organizationId: service.organizationId,
      environment: stage.environment,
      consumerStageId: stage.id,
      requirement: requirement.name,
      interface: requirement.interface,
      granularity: requirement.granularity,
      isRequired: !requirement.optional,
      createdBy: actor.kind === 'person' ? actor.id : null,
      createdAt: clock.now(),
    })),
  })
  const touched = [stage.id, ...[...gone, ...added].flatMap((one) => one.providerStageId ?? [])]
  await moveInputs(tx, touched)
  await writeEvent(tx, actor, {
    name: 'service.related',
    organizationId: service.organizationId,
    subject: { kind: 'service', id: service.id },
    data: {
      name: service.name,
      environment: stage.environment,
      requirement: requirement.name,
      before: { providers: await namesOf(tx, before) },
      after: { providers: bound.map((one) => one.name).sort() },
    },
  })
}

type Provided = Pick<Relation, 'providerStageId' | 'externalId'>

async function namesOf(tx: Tx, relations: readonly Provided[]): Promise<string[]> {
  const stages = await tx.stage.findMany({
    where: { id: { in: relations.flatMap((relation) => relation.providerStageId ?? []) } },
    select: { service: { select: { name: true } } },
  })
  const externals = await tx.externalService.findMany({
    where: { id: { in: relations.flatMap((relation) => relation.externalId ?? []) } },
    select: { name: true },
  })
  return [...stages.map((one) => one.service.name), ...externals.map((one) => one.name)].sort()
}

/** Plans are made from who is related to whom; what they say to each other is told by records of its own. */
export async function moveInputs(tx: Tx, stageIds: readonly string[]): Promise<void> {
  await raiseInputs(tx, stageIds)
  for (const stageId of new Set(stageIds)) await enqueue(tx, 'relation.tell', { stageId })
}
