import * as z from 'zod'
import { Duration } from './duration'
import { HttpPath, Word } from './names'

/** A template, so that values may fill it: `{{ config.image }}`. */
const Text = z.string().min(1).max(4000)
/** A number, or a template of one. */
const Amount = z.union([z.int().min(0), z.string().min(1).max(200)])
const AbsolutePath = z.string().regex(/^(\/[A-Za-z0-9._-]{1,120}){1,20}$/, 'must be an absolute path with plain characters')

const Probe = z.strictObject({
  http: z.strictObject({ port: Word, path: z.union([HttpPath, Text]).default('/') }).optional(),
  /** A port that takes connections. */
  tcp: Word.optional(),
  /** A program in the container that ends well. */
  run: z.array(Text).min(1).max(64).optional(),
  /** Not asked before so long. */
  after: Duration.default('0s'),
  every: Duration.default('10s'),
  timeout: Duration.default('2s'),
  failures: z.int().min(1).max(100).default(3),
})
export type ContainerProbe = z.infer<typeof Probe>

/** How a component runs in clusters; the default template makes Deployment or StatefulSet, Service and the rest of it. */
export const ContainerSchema = z.strictObject({
  image: Text,
  /** In place of the image's own; each word is a template, and stays one word. */
  command: z.array(Text).max(64).default([]),
  arguments: z.array(Text).max(64).default([]),
  /** Missing: a StatefulSet where it has data of its own, else a Deployment. */
  kind: z.enum(['deployment', 'stateful-set']).optional(),
  /** Where the files that `templates` make are seen. */
  filesIn: AbsolutePath.default('/etc/tengen'),
  /** Gets requests only while this is good. */
  ready: Probe.optional(),
  /** Is started anew when this is bad. */
  live: Probe.optional(),
  /** The others are not asked before this was good once. */
  started: Probe.optional(),
  /** Before it is told to stop: time in which others stop asking it, or a program. */
  beforeStop: z.strictObject({ wait: Duration.optional(), run: z.array(Text).min(1).max(64).optional() }).default({ wait: '5s' }),
  stopTimeout: Duration.default('30s'),
  /** A rollout that does not move for so long has failed. */
  progress: Duration.default('5m'),
  /** Number of the user it runs as; missing: the image's own. */
  user: z.int().min(0).max(2_147_483_647).optional(),
  /** More units by load: from as many as are asked for up to `most`. */
  scale: z.strictObject({ most: Amount, cpuPercent: Amount.default(80) }).optional(),
})
export type ContainerSpec = z.infer<typeof ContainerSchema>

interface Ports {
  readonly ports: readonly { readonly name: string }[]
}

type Why = { readonly message: string; readonly path: (string | number)[] }

/** What the schema alone cannot say. */
export function whyNotContainer(container: ContainerSpec, { ports }: Ports): Why | undefined {
  for (const name of ['ready', 'live', 'started'] as const) {
    const probe = container[name]
    const why = probe && whyNotProbe(probe, ports)
    if (why) return { message: why.message, path: ['container', name, ...why.path] }
  }
  const { wait, run } = container.beforeStop
  if (!wait === !run) return { message: 'needs either wait or run', path: ['container', 'beforeStop'] }
  return undefined
}

function whyNotProbe({ http, tcp, run }: ContainerProbe, ports: Ports['ports']): Why | undefined {
  if ([http, tcp, run].filter(Boolean).length !== 1) return { message: 'needs one of http, tcp and run', path: [] }
  const port = http?.port ?? tcp
  if (port === undefined || ports.some((one) => one.name === port)) return undefined
  return { message: `there is no port ${port}`, path: http ? ['http', 'port'] : ['tcp'] }
}

/** Every text of it that is a template, with where it stands. */
export function textsOfContainer(container: ContainerSpec): [(string | number)[], string][] {
  const texts: [(string | number)[], string][] = [[['image'], container.image]]
  const add = (path: (string | number)[], text: unknown) => typeof text === 'string' && texts.push([path, text])
  for (const list of ['command', 'arguments'] as const) for (const [at, text] of container[list].entries()) add([list, at], text)
  for (const name of ['ready', 'live', 'started'] as const) {
    add([name, 'http', 'path'], container[name]?.http?.path)
    for (const [at, text] of container[name]?.run?.entries() ?? []) add([name, 'run', at], text)
  }
  for (const [at, text] of container.beforeStop.run?.entries() ?? []) add(['beforeStop', 'run', at], text)
  add(['scale', 'most'], container.scale?.most)
  add(['scale', 'cpuPercent'], container.scale?.cpuPercent)
  return texts
}
