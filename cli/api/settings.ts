import { chmodSync, mkdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import os from 'node:os'
import path from 'node:path'
import { shellVariable } from '@/lib/env'

/** Where the hub is, who speaks, and what a command is about when it does not say so. */
export interface Settings {
  url?: string
  token?: string
  organization?: string
  application?: string
}

const folder = (): string => path.join(shellVariable('XDG_CONFIG_HOME') ?? path.join(os.homedir(), '.config'), 'tengen')
export const settingsFile = (): string => shellVariable('TENGEN_CONFIG') ?? path.join(folder(), 'config.json')

function readKept(): Settings {
  try {
    return JSON.parse(readFileSync(settingsFile(), 'utf8')) as Settings
  } catch {
    return {}
  }
}

const given = (settings: Settings): Settings =>
  Object.fromEntries(Object.entries(settings).filter(([, value]) => value !== undefined && value !== '')) as Settings

/** What a command says counts before the environment, and that before what `tengen login` kept. */
export function readSettings(said: Settings = {}): Settings {
  const [url, token, organization, application] = ['TENGEN_URL', 'TENGEN_TOKEN', 'TENGEN_ORG', 'TENGEN_APP'].map(shellVariable)
  const { token: keptToken, ...kept } = readKept()
  const wanted: Settings = { ...given({ url, token, organization, application } as Settings), ...given(said) }
  // A token is sent to nobody but the hub that it was kept for.
  const isItsHub = wanted.url === undefined || sameOrigin(wanted.url, kept.url)
  return { ...given({ ...kept, ...(isItsHub && keptToken ? { token: keptToken } : {}) }), ...wanted }
}

const sameOrigin = (one: string, other: string | undefined): boolean =>
  other !== undefined && URL.canParse(one) && URL.canParse(other) && new URL(one).origin === new URL(other).origin

/** Readable by its owner alone. */
export function keepSettings(settings: Settings): void {
  mkdirSync(path.dirname(settingsFile()), { recursive: true, mode: 0o700 })
  writeFileSync(settingsFile(), `${JSON.stringify(settings, null, 2)}\n`, { mode: 0o600 })
  chmodSync(settingsFile(), 0o600)
}

export const forgetSettings = (): void => rmSync(settingsFile(), { force: true })
