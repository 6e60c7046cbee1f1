import type { OwnProgram } from '@/lib/protocol/own-program'
import { isTold, partsOf } from '@/lib/protocol/told-words'
import { inPackage, needProgram } from './helper-files'
import { item, yaml } from './yaml-text'

/** `tengen.yaml` of a person's own program, with comments for whoever edits it. Every value goes through the YAML writer. */
export function writeManifest(program: OwnProgram): string {
  const { name, version, title } = program
  return [
    '# What Tengen has to know to run this program. `tengen package lint` checks it.',
    yaml({ tengen: 1, name, version, title, runtimes: ['machine'] }),
    ...(program.variables.length > 0
      ? ['', '# The form people fill in. x-secret: only the agent ever sees the value.', yaml(configOf(program))]
      : []),
    '',
    'components:',
    item([yaml({ name: 'main' }), ...componentOf(program)].join('\n')),
    '',
  ].join('\n')
}

function configOf({ variables }: OwnProgram): object {
  const required = variables.filter((variable) => variable.isRequired).map((variable) => variable.name)
  const properties = Object.fromEntries(
    variables.map(({ name, default: given, isSecret }) => [
      name,
      {
        type: 'string',
        title: name,
        ...(given === null || isSecret ? {} : { default: given }),
        ...(isSecret ? { 'x-secret': true } : {}),
        'x-apply': 'restart',
      },
    ]),
  )
  return { config: { type: 'object', additionalProperties: false, ...(required.length > 0 ? { required } : {}), properties } }
}

function componentOf(program: OwnProgram): string[] {
  const { ports, command, folder } = program
  const need = needOf(command)
  const check = checkOf(program)
  const env = envOf(program)
  const hooks = { ...(need ? { install: need, upgrade: need } : {}), ...(check ? { check } : {}) }
  return [
    ...(ports.length > 0 ? [yaml({ ports: ports.map(({ name, default: port }) => ({ name, default: port })) })] : []),
    '# What a machine sets aside for one unit.',
    yaml({ resources: { cpuMillis: 100, memoryMib: 128, diskMib: 100 } }),
    ...(Object.keys(env).length > 0 ? ['# Environment variables; {{ … }} is filled in by Tengen.', yaml({ env })] : []),
    folder === 'package'
      ? '# Runs in the folder of the package, which is read-only; write below TENGEN_UNIT_DIR.'
      : '# Runs in the folder of the unit; current/ leads to the package.',
    yaml({ process: { command: placed(fixedOf(command), folder), ...argumentsOf(program), stop: { signal: 'SIGTERM', timeout: '10s' } } }),
    ...(check ? [] : ['# Without a check the agent looks whether every port accepts a connection.']),
    ...(Object.keys(hooks).length > 0 ? [yaml({ hooks })] : []),
    ...(ports[0]
      ? ['# What other services may ask for.', yaml({ provides: [{ name: 'web', interface: 'http', port: ports[0].name }] })]
      : []),
  ]
}

/** The command as the agent is to run it; each word stays one word. */
export function placed([program = '', ...words]: readonly string[], folder: OwnProgram['folder']): string[] {
  const plain = program.replace(/^\.\//, '')
  if (program === 'node') {
    const [script = '', ...rest] = words
    return ['node', ...(folder === 'package' ? [inPackage] : []), script.replace(/^\.\//, ''), ...rest]
  }
  const isOfMachine = program.startsWith('/')
  if (folder === 'package') return ['/usr/bin/env', '--chdir=current', isOfMachine ? program : `./${plain}`, ...words]
  if (isOfMachine) return [program, ...words]
  return plain.includes('/') ? [plain, ...words] : ['/usr/bin/env', `current/${plain}`, ...words]
}

/** Words up to the first that is told something; from there on they are arguments, which the hub renders. */
const fixedOf = (command: readonly string[]): string[] => {
  const at = command.findIndex(isTold)
  return command.slice(0, at === -1 ? undefined : at)
}

/** The word as a template: its text stays as it is, whatever it holds. */
const templateOf = (word: string): string =>
  partsOf(word)
    .map((part) => {
      if ('text' in part) return part.text.replaceAll('{', '{{ "{" }}')
      return part.port === null ? '{{ address }}' : `{{ ports.${part.port} }}`
    })
    .join('')

function argumentsOf({ command, ports }: OwnProgram): { arguments?: string[] } {
  const told = command.slice(fixedOf(command).length).map(templateOf)
  const options = ports.flatMap(({ name, option }) => {
    const port = `{{ ports.${name} }}`
    if (option === null) return []
    return option.endsWith('=') ? [`${option}${port}`] : [option, port]
  })
  const words = [...told, ...options]
  return words.length > 0 ? { arguments: words } : {}
}

function envOf({ command, ports, addressVariable, variables }: OwnProgram): Record<string, string> {
  return {
    // Else its output is shown only when a buffer is full.
    ...(/\/python[0-9.]*$/.test(command[0] ?? '') ? { PYTHONUNBUFFERED: '1' } : {}),
    ...Object.fromEntries(ports.flatMap(({ name, variable }) => (variable === null ? [] : [[variable, `{{ ports.${name} }}`]]))),
    ...(addressVariable === null ? {} : { [addressVariable]: '{{ address }}' }),
    ...Object.fromEntries(variables.map(({ name }) => [name, `{{ config.${name} }}`])),
  }
}

function checkOf({ check, folder }: OwnProgram): object | undefined {
  const cadence = { timeout: '5s', every: '5s', failures: 3 }
  if (check.kind === 'ports') return undefined
  if (check.kind === 'command') return { run: placed(check.run, folder), ...cadence }
  return { http: { port: check.port, path: check.path, ...(check.status === null ? {} : { status: check.status }) }, ...cadence }
}

const packagesOf: Readonly<Record<string, string>> = {
  python3: 'Install Python 3: apt-get install python3, or dnf install python3.',
  java: 'Install a Java runtime: apt-get install default-jre-headless, or dnf install java-21-openjdk-headless.',
  ruby: 'Install Ruby: apt-get install ruby, or dnf install ruby.',
  php: 'Install PHP: apt-get install php-cli, or dnf install php-cli.',
  nginx: 'Install nginx: apt-get install nginx, or dnf install nginx.',
  'redis-server': 'Install Redis: apt-get install redis-server, or dnf install redis.',
}

/** A program of the machine is looked for when the unit is installed, so that its absence is told with what to do. */
function needOf([program = '']: readonly string[]): object | undefined {
  if (!program.startsWith('/')) return undefined
  const name = program.split('/').at(-1) ?? ''
  const hint = packagesOf[name] ?? `Install what brings ${program} on the machines of this pool, or change the command of the package.`
  return { run: ['node', needProgram, program, hint], timeout: '10s' }
}
