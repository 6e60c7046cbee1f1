import * as z from 'zod'
import { HttpPath, InnerPath, Port, Word } from './names'
import { PackageName, PackageVersionName, VariableName } from './package-manifest'
import { isTold, partsOf } from './told-words'

const Words = z.array(z.string().min(1).max(4000)).min(1).max(60)

/** An option that carries a port: `--port` (the port is the next word) or `--port=` (the same word). */
const PortOption = z.string().regex(/^-[-A-Za-z0-9_.:]{0,60}=?$/, 'must be an option such as --port or --port=')

/** A field of the package's config is named as its variable. */
const FieldVariable = VariableName.regex(/^[A-Za-z][A-Za-z0-9_]{0,63}$/, 'must begin with a letter and have at most 64')

/**
 * What a person says of a program of their own; `tengen.yaml` is written from it. All of it is data: words of commands stay
 * words, and defaults stand in the schema, where nothing is rendered.
 */
export const OwnProgram = z
  .object({
    name: PackageName,
    version: PackageVersionName,
    title: z.string().trim().min(1).max(100),
    /** `{{ ports.http }}` and `{{ address }}` are filled in, in words behind the program; nothing else is. */
    command: Words,
    /** Where it runs: among the files of the package, or in the unit's own folder, where it may write. */
    folder: z.enum(['package', 'unit']),
    ports: z
      .array(z.object({ name: Word, default: Port, variable: VariableName.nullable(), option: PortOption.nullable() }))
      .max(10)
      .default([]),
    /** Variable that tells the address to listen on. */
    addressVariable: VariableName.nullable().default(null),
    check: z
      .discriminatedUnion('kind', [
        z.object({ kind: z.literal('ports') }),
        z.object({ kind: z.literal('http'), port: Word, path: HttpPath, status: z.int().min(100).max(599).nullable() }),
        z.object({ kind: z.literal('command'), run: Words }),
      ])
      .default({ kind: 'ports' }),
    variables: z
      .array(
        z.object({
          name: FieldVariable,
          default: z.string().max(4000).nullable(),
          isSecret: z.boolean(),
          isRequired: z.boolean(),
        }),
      )
      .max(100)
      .default([]),
  })
  .superRefine((program, ctx) => {
    const add = (path: (string | number)[], message: string) => ctx.addIssue({ code: 'custom', path, message })
    const reason = whyNotProgram(program.command)
    if (reason) add(['command'], reason)
    else refuseTold(program, ctx)
    const checkReason = program.check.kind === 'command' ? whyNotProgram(program.check.run) : undefined
    if (checkReason) add(['check', 'run'], checkReason)
    if (program.check.kind === 'http' && !program.ports.some(({ name }) => program.check.kind === 'http' && name === program.check.port))
      add(['check', 'port'], 'there is no such port')
    refuseTwice(program.ports, 'ports', (port) => port.name, add)
    const given = [...program.ports.map((port) => port.variable), program.addressVariable].flatMap((name) => name ?? [])
    for (const [index, { name }] of program.variables.entries()) {
      if (given.includes(name)) add(['variables', index, 'name'], `${name} is set already, to a port or the address`)
    }
    refuseTwice(program.variables, 'variables', (variable) => variable.name, add)
  })
export type OwnProgram = z.output<typeof OwnProgram>

/** Only words behind the program are told, and only ports that there are. `wrong` names it for forms. */
function refuseTold({ command, ports }: { command: string[]; ports: readonly { name: string }[] }, ctx: z.RefinementCtx): void {
  const add = (wrong: 'toldProgram' | 'toldPort', message: string) =>
    ctx.addIssue({ code: 'custom', path: ['command'], message, params: { wrong } })
  // Behind node comes the script.
  if (command.slice(0, command[0] === 'node' ? 2 : 1).some(isTold)) add('toldProgram', 'what is run is told no port; its arguments are')
  for (const part of command.flatMap(partsOf)) {
    if (!('port' in part) || part.port === null || ports.some(({ name }) => name === part.port)) continue
    add('toldPort', `there is no port ${part.port}`)
  }
}

function refuseTwice<T>(
  items: readonly T[],
  list: string,
  nameOf: (item: T) => string,
  add: (path: (string | number)[], message: string) => void,
): void {
  const names = items.map(nameOf)
  for (const [index, name] of names.entries()) {
    if (names.indexOf(name) < index) add([list, index, 'name'], `${name} is there twice`)
  }
}

/** `node server.js`, `./server`, `bin/server` (files of the folder) or `/usr/bin/python3` (a program of the machine). */
export function whyNotProgram([program = '', script]: readonly string[]): string | undefined {
  if (program === 'node') {
    const isFile = script !== undefined && InnerPath.safeParse(script.replace(/^\.\//, '')).success
    return isFile ? undefined : 'after node comes a file of the folder, such as server.js'
  }
  if (program.startsWith('/'))
    return program.split('/').includes('..') || program.includes('=') ? 'an absolute path must not contain .. or =' : undefined
  if (!program.includes('/'))
    return `write where ${program || 'the program'} is: ./${program} in the folder, or its whole path on the machine`
  return InnerPath.safeParse(program.replace(/^\.\//, '')).success ? undefined : 'the path must stay inside the folder'
}
