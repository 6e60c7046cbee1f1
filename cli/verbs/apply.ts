import { readFileSync, writeFileSync } from 'node:fs'
import { isDeepStrictEqual } from 'node:util'
import { parse, stringify } from 'yaml'
import { applicationOf } from '@/cli/api/place'
import { confirm } from '@/cli/confirm'
import { durationOf, follow } from '@/cli/follow'
import { done, exitCodes, type Outcome, UsageError } from '@/cli/outcome'
import { deploysPath, type Preview, planLines, planOptions, previewOf } from '@/cli/plan'
import { paint } from '@/cli/print'
import { type Given, text, textOf, type Verb } from '@/cli/verb'
import { type AppFile, environments, parseAppFile, type StageFile } from './app-file'
import { policiesInFile, proposalLines, proposalsOf } from './app-policies'
import { exportRoutes, routeSteps } from './app-routes'
import { rulesInFile, rulesSteps } from './app-rules'
import { type NewService, runtimeOf } from './deploy'
import { allOf } from './reads'
import { type Provided, readRelations, relationChoices } from './relations'
import { findService, getService, plainValues, type Service } from './service-of'

type Place = Awaited<ReturnType<typeof applicationOf>>
type Wanted = AppFile['services'][string]

/** One thing to do: a deploy with its plan, or a choice that needs none. */
export interface Step {
  readonly what: string
  readonly path: string
  readonly body: object
  readonly method: 'POST' | 'PUT'
  readonly preview: Preview | null
}

/** What the file asks for and is not so: each step previewed by the hub, nothing done. */
async function stepsOf(given: Given, place: Place, file: AppFile): Promise<Step[]> {
  const steps: Step[] = []
  for (const [name, wanted] of Object.entries(file.services))
    for (const environment of environments) {
      const stage = wanted[environment]
      if (stage) steps.push(...(await stepsOfStage(given, place, { name, wanted, environment, stage })))
    }
  return [...steps, ...(await routeSteps(given, place, file.routes))]
}

interface StageAsk {
  readonly name: string
  readonly wanted: Wanted
  readonly environment: 'test' | 'production'
  readonly stage: StageFile
}

async function stepsOfStage(given: Given, place: Place, ask: StageAsk): Promise<Step[]> {
  const { client } = given
  const found = await findService(client, place.path, ask.name, ask.environment)
  if (!found) return [await newStep(given, place, ask)]
  const relations = await relationsStep(given, place, ask)
  const changed = await changedStep(given, place, ask, found)
  const counts = await countsStep(given, place, ask, found)
  const rules = rulesSteps(place.path, { ...ask, placements: ask.stage.placements }, found)
  return [relations, ...rules, changed, counts].flatMap((step) => step ?? [])
}

/** A service that is nowhere yet, or not in this environment. */
async function newStep({ client }: Given, place: Place, { name, wanted, environment, stage }: StageAsk): Promise<Step> {
  const form = await client.get<NewService>(`${place.path}/new-service`, { package: wanted.package })
  const packageVersionId = form.package.versions.find((one) => one.version === stage.version)?.id
  if (!packageVersionId) throw new UsageError(`${wanted.package} has no active version ${stage.version}.`)
  const [first, ...others] = stage.placements
  if (!first || others.length > 0) throw new UsageError(`${name} in ${environment} begins in one runtime; add the others on its page.`)
  const elsewhere = await findService(client, place.path, name)
  const base = {
    packageVersionId,
    runtimeId: runtimeOf(form.runtimes, first.runtime, environment),
    count: first.count,
    values: stage.values,
    variables: stage.variables,
    ...(first.rules ? { rules: first.rules } : {}),
  }
  const path = elsewhere ? `${place.path}/services/${encodeURIComponent(name)}/stages` : `${place.path}/services`
  const body = elsewhere
    ? { ...base, overlay: stage.overlay }
    : {
        ...base,
        name,
        component: wanted.component,
        relations: await relationChoices(client, place, { relations: stage.relations, environment }),
      }
  return {
    what: `${name}: install ${stage.version} in ${environment}`,
    path,
    body,
    method: 'POST',
    preview: await previewOf(client, { path, body }),
  }
}

async function changedStep({ client }: Given, place: Place, { name, environment, stage }: StageAsk, found: Service): Promise<Step | null> {
  const { configuration, release } = found
  const values = plainValues(configuration?.values ?? {})
  const overlay = plainValues(configuration?.overlay ?? {})
  const isOther = release?.version !== stage.version
  const isSame =
    isDeepStrictEqual(values, stage.values) &&
    isDeepStrictEqual(overlay, stage.overlay) &&
    isDeepStrictEqual([...found.variables.taken].sort(), [...stage.variables].sort())
  if (!isOther && isSame) return null
  const packageVersionId = isOther ? found.versions.find((one) => one.version === stage.version)?.id : undefined
  if (isOther && !packageVersionId) throw new UsageError(`${found.package.name} has no version ${stage.version}.`)
  const body = {
    stageId: found.stageId,
    kind: isOther ? 'upgrade' : 'configure',
    ...(packageVersionId ? { packageVersionId } : {}),
    ...{ values: stage.values, overlay: stage.overlay, variables: stage.variables },
  }
  return deployStep(client, place, {
    what: `${name}: ${isOther ? `${release?.version ?? 'nothing'} → ${stage.version}` : 'configure'} in ${environment}`,
    body,
  })
}

async function countsStep({ client }: Given, place: Place, { name, environment, stage }: StageAsk, found: Service): Promise<Step | null> {
  const counts: Record<string, number> = {}
  for (const { runtime, count } of stage.placements) {
    const placement = found.placements.find((one) => one.runtime.name === runtime)
    if (!placement) throw new UsageError(`${name} is not placed in ${runtime}: place it there on its page.`)
    if (placement.wanted !== count) counts[placement.id] = count
  }
  if (Object.keys(counts).length === 0) return null
  const body = { stageId: found.stageId, kind: 'scale', counts }
  return deployStep(client, place, { what: `${name}: scale in ${environment}`, body })
}

async function deployStep(client: Given['client'], place: Place, { what, body }: { what: string; body: object }): Promise<Step | null> {
  const path = deploysPath(place.org)
  const preview = await previewOf(client, { path, body })
  return preview && { what, path, body, method: 'POST', preview }
}

async function relationsStep({ client }: Given, place: Place, { name, environment, stage }: StageAsk): Promise<Step | null> {
  const now = await readRelations(client, place, { name, environment })
  const differing = Object.entries(stage.relations).filter(
    ([requirement, names]) => !isDeepStrictEqual([...(now[requirement] ?? [])].sort(), [...names].sort()),
  )
  if (differing.length === 0) return null
  const relations = await relationChoices(client, place, { relations: Object.fromEntries(differing) as Provided, environment, name })
  const path = `${place.path}/services/${encodeURIComponent(name)}/relations`
  return {
    what: `${name}: relate ${differing.map(([one]) => one).join(', ')} in ${environment}`,
    path,
    body: { environment, relations },
    method: 'PUT',
    preview: null,
  }
}

/** Plan first, then one step after the other: each waits for the one before, for a later one may need it. */
async function apply(given: Given): Promise<Outcome> {
  const { client, settings, values, tell } = given
  const name = textOf(values.file)
  if (!name) throw new UsageError('Say which file: tengen apply -f app.yaml')
  const file = parseAppFile(parse(readFileSync(name === '-' ? 0 : name, 'utf8')), name)
  const place = await applicationOf(client, { ...settings, ...(file.application ? { application: file.application } : {}) })
  const steps = await stepsOf(given, place, file)
  const proposals = await proposalsOf(client, place, file)
  const told = steps.flatMap((step) => [
    `${paint('•', 'blue')} ${step.what}`,
    ...(step.preview ? planLines(step.preview).map((line) => `  ${line}`) : []),
  ])
  if (steps.length + proposals.length === 0) return done(['Nothing to do: everything is as the file says.'], { ok: true, steps: [] })
  if (values.plan)
    return done([...told, ...proposalLines(proposals)], { steps: steps.map(({ what, preview }) => ({ what, plan: preview })), proposals })
  for (const line of told) tell(line)
  const outcome = steps.length > 0 ? await confirmed(given, place, steps) : done([], { ok: true, steps: [] })
  if (proposals.length === 0 || outcome.code !== exitCodes.done) return outcome
  return {
    code: exitCodes.waiting,
    lines: [...outcome.lines, ...proposalLines(proposals)],
    json: { ...(outcome.json as object), proposals },
  }
}

async function confirmed(given: Given, place: Place, steps: readonly Step[]): Promise<Outcome> {
  const { values } = given
  if (!(await confirm(`Do these ${steps.length}?`, values.yes === true)))
    return { code: exitCodes.notDone, lines: ['Nothing was done.'], json: { ok: false } }
  return carryOut(given, place, steps)
}

const serviceOf = ({ what }: Pick<Step, 'what'>): string => what.split(':')[0] ?? what

async function carryOut({ client, values, tell }: Given, place: Place, steps: readonly Step[]): Promise<Outcome> {
  const opened: unknown[] = []
  const timeoutMs = durationOf(textOf(values.timeout) ?? '1h')
  for (const { what, path, body, method, preview } of steps) {
    const reason = textOf(values.reason)
    // A step before it at the same service changes its plan; every other is held to what was seen.
    const isHeld = preview && !steps.slice(0, opened.length).some((one) => serviceOf(one) === serviceOf({ what }))
    const held = isHeld ? { expectedHash: preview.expectedHash } : {}
    const answer = await client.json<{ number?: number } | null>(path, {
      method,
      body: { ...body, ...held, ...(preview && reason ? { reason } : {}) },
    })
    opened.push({ what, ...answer })
    if (answer?.number === undefined) continue
    tell(`#${answer.number} ${what}`)
    const isLast = opened.length === steps.length
    if (isLast && !values.wait) continue
    const outcome = await follow(client, {
      org: place.org,
      number: answer.number,
      timeoutMs,
      tell,
    })
    if (outcome.code !== exitCodes.done) return outcome
  }
  return done([`Done: ${steps.length} of ${steps.length}.`], { ok: true, steps: opened })
}

/** What `apply` reads: the services and routes of an application and its policies as they are. */
async function exportFile(given: Given): Promise<Outcome> {
  const { client, settings, values } = given
  const place = await applicationOf(client, settings)
  const rows = await allOf<{ name: string; environment: 'test' | 'production'; installed: boolean }>(given, `${place.path}/services`)
  const policies = await policiesInFile(client, place)
  const services: Record<string, Record<string, unknown>> = {}
  for (const { name, environment } of rows) {
    const service = await getService(client, place.path, name, environment)
    if (!service.release || service.placements.length === 0) continue
    services[name] ??= {
      package: service.package.name,
      ...(service.component === 'main' ? {} : { component: service.component }),
      ...policies.ofService(name),
    }
    services[name][environment] = await stageOf(given, place, service)
  }
  const routes = await exportRoutes(given, place)
  const file = { tengen: 'app/1', application: place.app, ...policies.top, services, ...(filled(routes) ? { routes } : {}) }
  const words = stringify(file)
  const out = textOf(values.file)
  if (out) writeFileSync(out, words)
  return done([out ? `Wrote ${out}: ${Object.keys(services).length} services.` : words.trimEnd()], file)
}

const filled = (record: object) => Object.values(record).length > 0

async function stageOf({ client }: Given, place: Place, service: Service): Promise<object> {
  const values = plainValues(service.configuration?.values ?? {})
  const overlay = plainValues(service.configuration?.overlay ?? {})
  const relations = await readRelations(client, place, { name: service.name, environment: service.environment })
  return {
    version: service.release?.version,
    ...(filled(values) ? { values } : {}),
    ...(filled(overlay) ? { overlay } : {}),
    ...(service.variables.taken.length > 0 ? { variables: [...service.variables.taken] } : {}),
    ...(filled(relations) ? { relations } : {}),
    placements: service.placements
      .filter((one) => one.wanted > 0)
      .map((one) => ({ runtime: one.runtime.name, count: one.wanted, ...rulesInFile(one.rules) })),
  }
}

export const applyVerb: Verb = { options: { file: { ...text, short: 'f' }, ...planOptions }, args: [0, 0], run: apply }
export const exportVerb: Verb = { options: { file: { ...text, short: 'f' } }, args: [0, 0], run: exportFile }
