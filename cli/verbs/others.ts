import { readFileSync } from 'node:fs'
import { setTimeout as sleep } from 'node:timers/promises'
import { applicationOf, inOrg, organizationOf } from '@/cli/api/place'
import { confirm } from '@/cli/confirm'
import { type Deploy, deployPath, durationOf } from '@/cli/follow'
import { done, exitCodes, type Outcome, UsageError } from '@/cli/outcome'
import { judge, lineOf, readPackage } from '@/cli/package/read-package'
import { flag, type Given, text, textOf, type Verb } from '@/cli/verb'
import { packEntries } from '@/lib/package-format/pack-folder'
import { clusterPowers } from '@/lib/protocol/cluster-powers'
import { allOf } from './reads'
import { environmentOf } from './service-of'

/** Checks, packs and publishes the package in a folder, or an archive that lies there already. */
async function publish(given: Given): Promise<Outcome> {
  const { client, settings, args } = given
  const org = await organizationOf(client, settings)
  const source = args[0] ?? '.'
  const archive = /\.(tar\.gz|tgz|zip)$/.test(source) ? readFileSync(source) : await packed(source)
  if ('code' in archive) return archive
  const answer = await client.json<{ name: string; version: string }>(`${inOrg(org)}/packages`, {
    method: 'POST',
    bytes: archive,
    type: 'application/octet-stream',
  })
  return done([`Published ${answer.name} ${answer.version}.`], answer)
}

async function packed(folder: string): Promise<Buffer | Outcome> {
  const entries = await readPackage(folder)
  // What an operator lets an organisation have is the hub's to know.
  const { manifest, findings } = judge(entries, clusterPowers)
  if (manifest) return packEntries(entries)
  return { code: exitCodes.failed, lines: findings.map(lineOf), json: { ok: false, findings } }
}

interface Target {
  readonly index: number
  readonly name: string
  readonly state: string
  readonly exitCode: number | null
}

const lookEveryMs = 500

/** A command on the units of a service; no shell sees it. */
async function run(given: Given): Promise<Outcome> {
  const { client, settings, values, args, tell } = given
  const place = await applicationOf(client, settings)
  const [name = '', ...argv] = args
  const environment = environmentOf(values.env) ?? 'test'
  const timeoutMs = durationOf(textOf(values.timeout) ?? '10m')
  const path = `${place.path}/services/${encodeURIComponent(name)}/commands`
  const body = { environment, argv }
  const preview = await client.post<{ expectedHash: string; targets: { name: string }[] }>(`${path}/preview`, body)
  const names = preview.targets.map((one) => one.name).join(', ')
  if (!(await confirm(`Run ${argv.join(' ')} on ${names} in ${environment}?`, values.yes === true)))
    return { code: exitCodes.notDone, lines: ['Nothing was run.'], json: { ok: false } }
  const reason = textOf(values.reason)
  const { number } = await client.post<{ number: number }>(path, {
    ...body,
    expectedHash: preview.expectedHash,
    ...(reason ? { reason } : {}),
  })
  tell(`#${number}`)
  const until = Date.now() + timeoutMs
  for (;;) {
    const deploy = await client.get<Deploy>(deployPath(place.org, number))
    if (deploy.endedAt) break
    if (Date.now() > until) return { code: exitCodes.timeout, lines: [`#${number} is still ${deploy.state}.`], json: deploy }
    await sleep(lookEveryMs)
  }
  const targets = await allOf<Target>(given, `${deployPath(place.org, number)}/command/targets`)
  const outputs = await Promise.all(
    targets.map((one) =>
      client.get<{ text: string }>(`${deployPath(place.org, number)}/command/targets/${one.index}/output`).catch(() => ({ text: '' })),
    ),
  )
  const failed = targets.filter((one) => one.state !== 'succeeded')
  return {
    code: failed.length > 0 ? exitCodes.deployFailed : exitCodes.done,
    lines: targets.flatMap((one, at) => [
      `${one.name}: ${one.state}${one.exitCode === null ? '' : `, exit code ${one.exitCode}`}`,
      ...linesOf(outputs[at]?.text),
    ]),
    json: targets.map((one, at) => ({ ...one, text: outputs[at]?.text ?? '' })),
  }
}

const linesOf = (text = ''): string[] =>
  text.trim() === ''
    ? []
    : text
        .trimEnd()
        .split('\n')
        .map((line) => `  ${line}`)

/** Any address of the API, as it is. */
async function api({ client, values, args }: Given): Promise<Outcome> {
  const [first = '', second] = args
  const method = second === undefined ? 'GET' : first.toUpperCase()
  const path = second ?? first
  if (!path.startsWith('/')) throw new UsageError('Say tengen api [METHOD] /api/v1/…')
  const file = textOf(values.file)
  const data = file ? readFileSync(file === '-' ? 0 : file, 'utf8') : textOf(values.data)
  const answer = await client.send(path, { method, ...(data === undefined ? {} : { body: jsonOf(data) }) })
  const text = await answer.text()
  const isJson = answer.headers.get('content-type')?.includes('json') === true
  const json: unknown = isJson && text ? JSON.parse(text) : text
  return done([isJson ? JSON.stringify(json, null, 2) : text], json)
}

function jsonOf(data: string): unknown {
  try {
    return JSON.parse(data)
  } catch (error) {
    throw new UsageError(`The body is no JSON: ${(error as Error).message}`)
  }
}

export const publishVerb: Verb = { options: {}, args: [0, 1], run: publish }
export const runVerb: Verb = { options: { env: text, yes: { ...flag, short: 'y' }, reason: text, timeout: text }, args: [2, 100], run }
export const apiVerb: Verb = { options: { data: { ...text, short: 'd' }, file: { ...text, short: 'f' } }, args: [1, 2], run: api }
