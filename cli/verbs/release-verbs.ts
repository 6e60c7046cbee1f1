import { applicationOf } from '@/cli/api/place'
import { CliError, type Outcome } from '@/cli/outcome'
import { deploysPath, plannedChange, planOptions } from '@/cli/plan'
import { type Given, text, textOf, type Verb } from '@/cli/verb'
import { environmentOf, getService } from './service-of'

/** Back to the release before, or to one by its number. */
async function rollBack(given: Given): Promise<Outcome> {
  const { client, settings, values, args } = given
  const place = await applicationOf(client, settings)
  const service = await getService(client, place.path, args[0] ?? '', environmentOf(values.env))
  const wanted = textOf(values.to)
  const release = wanted
    ? service.releases.find((one) => String(one.number) === wanted.replace(/^#/, '') || one.version === wanted)
    : service.releases.find((one) => !one.current && one.number < (service.release?.number ?? Number.POSITIVE_INFINITY))
  if (!release)
    throw new CliError(
      wanted ? `There is no release ${wanted} of ${service.name}.` : `There is no release before the one ${service.name} runs.`,
      `There are: ${service.releases.map((one) => `${one.number} (${one.version})`).join(', ') || 'none'}`,
    )
  return plannedChange(given, {
    org: place.org,
    path: deploysPath(place.org),
    body: { stageId: service.stageId, kind: 'rollback', releaseId: release.id },
  })
}

/** What test runs, brought to production. */
async function promote(given: Given): Promise<Outcome> {
  const { client, settings, args } = given
  const place = await applicationOf(client, settings)
  const service = await getService(client, place.path, args[0] ?? '', 'test')
  const { stageId, test } = service.promotion
  if (!test) throw new CliError(`${service.name} runs no release in test yet.`, 'Deploy it there first: tengen deploy')
  if (!stageId)
    throw new CliError(
      `${service.name} is not placed in production yet.`,
      `Place it there once: tengen deploy ${service.name} --env production --runtime POOL`,
    )
  return plannedChange(given, { org: place.org, path: deploysPath(place.org), body: { stageId, kind: 'promote', releaseId: test.id } })
}

export const rollbackVerb: Verb = { options: { env: text, to: text, ...planOptions }, args: [1, 1], run: rollBack }
export const promoteVerb: Verb = { options: planOptions, args: [1, 1], run: promote }
