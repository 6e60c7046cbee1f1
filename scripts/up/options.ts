import path from 'node:path'
import { parseArgs } from 'node:util'

export interface UpOptions {
  readonly command: 'up' | 'down' | 'link' | 'backup' | 'restore' | 'admin'
  readonly folder: string
  /** Undefined = where it did before. */
  readonly listen: string | undefined
  readonly port: number | undefined
  readonly isReset: boolean
  readonly isSure: boolean
  /** The demo has a Kubernetes cluster beside its machines. */
  readonly hasCluster: boolean
  /** What stands after the command: the file of a backup, or what an administrator of the host wants. */
  readonly rest: readonly string[]
}

const commands = ['up', 'down', 'backup', 'restore', 'admin'] as const

/** The command line, checked. Unknown switches are refused, so that a typing error does not start something else. */
export function parseOptions(root: string, args: readonly string[]): UpOptions {
  const { values, positionals } = parseArgs({
    args: [...args],
    allowPositionals: true,
    options: {
      cluster: { type: 'boolean' },
      link: { type: 'boolean' },
      listen: { type: 'string' },
      port: { type: 'string' },
      reset: { type: 'boolean' },
      yes: { type: 'boolean' },
    },
  })
  const [first, ...rest] = positionals
  const command = commands.find((name) => name === first) ?? 'up'
  if (first && command === 'up' && first !== 'up') throw new Error(`Unknown command: ${first}`)
  const port = values.port === undefined ? undefined : Number(values.port)
  if (port !== undefined && !(Number.isInteger(port) && port > 0 && port < 65_536))
    throw new Error('--port takes a number from 1 to 65535.')
  return {
    command: values.link ? 'link' : command,
    folder: path.resolve(root, process.env.TENGEN_HOME ?? '.tengen'),
    listen: values.listen,
    port,
    isReset: values.reset ?? false,
    isSure: values.yes ?? false,
    hasCluster: values.cluster ?? false,
    rest,
  }
}
