import { join } from 'node:path'
import { fillSecrets, type UnitContent } from '@/lib/protocol/desired'
import { withoutLeaseWord } from '@/lib/protocol/lease'
import { whyNotCommand } from '@/lib/protocol/package-manifest'
import { AgentFailure } from './failure'

/** Where programs of the machine are looked for. */
export const machinePath = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin'

/** The argument vector as it is run: `node` is our own Node, other relative programs lie in the package. No shell, no PATH. */
export function resolveCommand(given: readonly string[], packageDir: string): string[] {
  const command = withoutLeaseWord(given)
  const reason = whyNotCommand(command)
  if (reason) throw new AgentFailure('content_refused', `The command is refused: ${reason}.`)
  const [program = '', ...rest] = command
  if (program === 'node') return [process.execPath, join(packageDir, rest[0] ?? ''), ...rest.slice(1)]
  return [program.startsWith('/') ? program : join(packageDir, program), ...rest]
}

export type EnvironmentFacts = {
  unitId: string
  unit: string
  generation: number
  folder: string
  packageDir: string
  fromVersion: string | null
  pid: number | undefined
}

const upper = (name: string) => name.toUpperCase().replaceAll('-', '_')

/** All a program of a unit gets to know; the agent's own environment is not passed on. */
export function environmentOf(
  content: UnitContent,
  facts: EnvironmentFacts,
  secretOf: (reference: string) => string,
): Record<string, string> {
  const own = Object.fromEntries(Object.entries(content.env).map(([name, text]) => [name, fillSecrets(text, secretOf)]))
  const ports = Object.fromEntries(Object.entries(content.ports).map(([name, port]) => [`TENGEN_PORT_${upper(name)}`, String(port)]))
  const data = Object.fromEntries(content.data.map(({ name, path }) => [`TENGEN_DATA_${upper(name)}`, join(facts.folder, path)]))
  return {
    PATH: machinePath,
    LANG: 'C.UTF-8',
    HOME: facts.folder,
    ...own,
    ...ports,
    ...data,
    TENGEN_UNIT: facts.unit,
    TENGEN_UNIT_ID: facts.unitId,
    TENGEN_UNIT_DIR: facts.folder,
    TENGEN_PACKAGE_DIR: facts.packageDir,
    TENGEN_VERSION: content.package.version,
    TENGEN_ADDRESS: content.address,
    TENGEN_CONFIG: join(facts.folder, 'run', 'config.json'),
    TENGEN_RELATIONS: join(facts.folder, 'run', 'relations.json'),
    TENGEN_FENCE: String(facts.generation),
    ...(facts.fromVersion === null ? {} : { TENGEN_FROM_VERSION: facts.fromVersion }),
    ...(facts.pid === undefined ? {} : { TENGEN_PID: String(facts.pid) }),
  }
}
