import { CliError, exitCodes } from '@/cli/outcome'
import type { Client } from './client'
import type { Settings } from './settings'

interface Choice {
  readonly slug: string
  readonly applications: readonly { readonly slug: string }[]
}

/** The organisation a command is about: what was said, or the only one there is. */
export async function organizationOf(client: Client, { organization }: Settings): Promise<string> {
  if (organization) return organization
  const all = await organizations(client)
  if (all.length === 1 && all[0]) return all[0].slug
  throw unsaid(
    'organisation',
    '--org',
    all.map((one) => one.slug),
  )
}

/** The address of an application in the API. */
export async function applicationOf(client: Client, settings: Settings): Promise<{ org: string; app: string; path: string }> {
  const org = await organizationOf(client, settings)
  const app = settings.application ?? (await onlyApplication(client, org))
  return { org, app, path: `${inOrg(org)}/applications/${encodeURIComponent(app)}` }
}

async function onlyApplication(client: Client, org: string): Promise<string> {
  const applications = (await organizations(client)).find((one) => one.slug === org)?.applications ?? []
  if (applications.length === 1 && applications[0]) return applications[0].slug
  throw unsaid(
    'application',
    '--app',
    applications.map((one) => one.slug),
  )
}

/** Fails where one has no part in it, with those one has. */
export async function insistThere(client: Client, organization: string, application: string | undefined): Promise<void> {
  const all = await organizations(client)
  const found = all.find(({ slug }) => slug === organization)
  const choices = (found && application ? found.applications : all).map(({ slug }) => slug)
  if (choices.includes(application && found ? application : organization)) return
  const what = found ? `${organization} has no application ${application}` : `There is no organisation ${organization}`
  throw new CliError(`${what}, or you have no part in it.`, choices.length > 0 ? `There are: ${choices.join(', ')}` : undefined)
}

const organizations = (client: Client): Promise<Choice[]> => client.get<Choice[]>('/api/v1/organizations')

const unsaid = (what: string, flag: string, names: readonly string[]) =>
  new CliError(
    names.length === 0 ? `You are in no ${what}.` : `It is not said which ${what}.`,
    names.length === 0 ? undefined : `Say ${flag} with one of: ${names.join(', ')}`,
    exitCodes.usage,
  )

export const inOrg = (org: string): string => `/api/v1/organizations/${encodeURIComponent(org)}`
