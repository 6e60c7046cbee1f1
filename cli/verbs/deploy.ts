import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { applicationOf } from '@/cli/api/place'
import { CliError, type Outcome, UsageError } from '@/cli/outcome'
import { deploysPath, plannedChange, planOptions } from '@/cli/plan'
import { type Given, list, listOf, text, textOf, type Verb } from '@/cli/verb'
import { shellVariable } from '@/lib/env'
import { environmentOf, findService, plainValues, type Service } from './service-of'

const options = {
  env: text,
  version: text,
  set: list,
  file: { ...text, short: 'f' },
  secret: list,
  count: text,
  package: text,
  runtime: text,
  'on-failure': text,
  ...planOptions,
} as const

/** a=1 → ['a', 1]: as YAML reads it, so that numbers and lists are such. */
export function settingOf(words: string): [string, unknown] {
  const at = words.indexOf('=')
  if (at < 1) throw new UsageError(`${words} is no KEY=VALUE.`)
  return [words.slice(0, at), parse(words.slice(at + 1))]
}

/** A secret is never a word of the command line: it comes from a variable of the environment or from a file. */
function secretOf(words: string): [string, string] {
  const [, key, kind, from = ''] = /^([^=]+)=(env|file):(.+)$/.exec(words) ?? []
  if (!key) throw new UsageError('--secret takes KEY=env:VARIABLE or KEY=file:PATH.')
  const value = kind === 'env' ? shellVariable(from) : readFileSync(from, 'utf8').replace(/\n$/, '')
  if (value === undefined) throw new UsageError(`The variable ${from} is not set.`)
  return [key, value]
}

function valuesOf({ values }: Given): Record<string, unknown> | undefined {
  const file = textOf(values.file)
  const set = listOf(values.set)
  if (!file && set.length === 0) return undefined
  const read: unknown = file ? parse(readFileSync(file, 'utf8')) : {}
  if (typeof read !== 'object' || read === null || Array.isArray(read)) throw new UsageError(`${file} holds no KEY: VALUE lines.`)
  return { ...read, ...Object.fromEntries(set.map(settingOf)) }
}

const secretsOf = ({ values }: Given): { secrets?: Record<string, string> } => {
  const secrets = listOf(values.secret)
  return secrets.length > 0 ? { secrets: Object.fromEntries(secrets.map(secretOf)) } : {}
}

function countOf({ values }: Given): number | undefined {
  const count = textOf(values.count)
  if (count === undefined) return undefined
  if (!/^\d{1,4}$/.test(count)) throw new UsageError('--count takes a number.')
  return Number(count)
}

/** A service that is there is changed; with --package one that is not is made, with --runtime one of another environment is placed. */
async function run(given: Given): Promise<Outcome> {
  const { client, settings, values, args } = given
  const place = await applicationOf(client, settings)
  const name = args[0] ?? ''
  const environment = environmentOf(values.env)
  const service = await findService(client, place.path, name, environment)
  if (service) return plannedChange(given, { org: place.org, path: deploysPath(place.org), body: changeOf(given, service) })
  const elsewhere = environment && (await findService(client, place.path, name))
  if (elsewhere ? !values.runtime : !values.package)
    throw new CliError(
      `There is no service ${name}${environment ? ` in ${environment}` : ''}.`,
      `Make it: tengen deploy ${name} ${elsewhere ? `--env ${environment} --runtime POOL` : '--package NAME --runtime POOL'}`,
    )
  const path = elsewhere ? `${place.path}/services/${encodeURIComponent(name)}/stages` : `${place.path}/services`
  const made = await newService(given, place.path, elsewhere ? elsewhere.package.name : textOf(values.package))
  return plannedChange(given, { org: place.org, path, body: elsewhere ? made : { ...made, name } })
}

/** What was said becomes one kind of change: another release, or another count. */
function changeOf(given: Given, service: Service): object {
  const { values } = given
  const [version, said, count] = [textOf(values.version), valuesOf(given), countOf(given)]
  const secrets = secretsOf(given)
  const base = { stageId: service.stageId, ...(values['on-failure'] ? { onFailure: values['on-failure'] } : {}) }
  const merged =
    said && service.configuration ? { values: { ...plainValues(service.configuration.values), ...said } } : said ? { values: said } : {}
  const counts = count === undefined ? {} : { counts: countsOf(service, count) }
  if (version) return { ...base, kind: 'upgrade', packageVersionId: versionOf(service, version), ...merged, ...secrets, ...counts }
  if (said || secrets.secrets) return { ...base, kind: 'configure', ...merged, ...secrets, ...counts }
  if (count !== undefined) return { ...base, kind: 'scale', ...counts }
  throw new UsageError('Say what shall change: --version, --set, -f, --secret or --count.')
}

function versionOf(service: Service, version: string): string {
  const active = service.versions.filter((one) => one.state === 'active')
  const found = version === 'latest' ? active[0] : service.versions.find((one) => one.version === version)
  if (found) return found.id
  throw new CliError(
    `${service.package.name} has no version ${version}.`,
    `There are: ${active.map((one) => one.version).join(', ') || 'none'}`,
  )
}

function countsOf(service: Service, count: number): Record<string, number> {
  const [only, ...others] = service.placements
  if (!only || others.length > 0)
    throw new CliError(
      `${service.name} is placed in ${service.placements.length} runtimes.`,
      'Count each of them on its page, or with tengen apply.',
    )
  return { [only.id]: count }
}

async function newService(given: Given, application: string, name: string | undefined): Promise<object> {
  const { client, values } = given
  const form = await client.get<NewService>(`${application}/new-service`, { package: name })
  const version = textOf(values.version)
  const packageVersionId =
    version && version !== 'latest' ? form.package.versions.find((one) => one.version === version)?.id : form.package.versionId
  if (!packageVersionId)
    throw new CliError(`${name} has no version ${version}.`, `There are: ${form.package.versions.map((one) => one.version).join(', ')}`)
  return {
    packageVersionId,
    runtimeId: runtimeOf(form.runtimes, textOf(values.runtime), environmentOf(values.env)),
    count: countOf(given) ?? 1,
    values: valuesOf(given) ?? {},
    ...secretsOf(given),
  }
}

export interface NewService {
  readonly package: { readonly versionId: string; readonly versions: readonly { readonly id: string; readonly version: string }[] }
  readonly runtimes: readonly { readonly id: string; readonly name: string; readonly environment: string }[]
}

export function runtimeOf(runtimes: NewService['runtimes'], name: string | undefined, environment: string | undefined): string {
  const fitting = runtimes.filter((one) => (name ? one.name === name : true) && (environment ? one.environment === environment : true))
  if (fitting.length === 1 && fitting[0]) return fitting[0].id
  const choices = runtimes.map((one) => `${one.name} (${one.environment})`).join(', ')
  throw new CliError(
    name ? `You may use no runtime ${name}.` : 'It is not said where it shall run.',
    `--runtime with one of: ${choices || 'none is granted yet; ask an operator'}`,
  )
}

export const deploy: Verb = { options, args: [1, 1], run }
