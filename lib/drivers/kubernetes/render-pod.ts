import { RenderError, type Resources } from '@/lib/drivers/driver'
import type { ContainerProbe, ContainerSpec } from '@/lib/protocol/container'
import { durationMs } from '@/lib/protocol/duration'
import type { PackageComponent } from '@/lib/protocol/package-manifest'
import { type Scope, wordIn, wordsIn } from './render-scope'
import type { Settings } from './render-settings'

const seconds = (duration: string): number => Math.max(1, Math.ceil(durationMs(duration) / 1000))
const whole = (duration: string): number => Math.ceil(durationMs(duration) / 1000)

interface Parts {
  readonly scope: Scope
  readonly settings: Settings
  readonly resources: Resources
  readonly selector: Readonly<Record<string, string>>
  readonly volumes: readonly object[]
  readonly mounts: readonly object[]
}

/** What a pod may take to stop: what it waits for first, and the rest. */
export const stopMsOf = ({ beforeStop, stopTimeout }: ContainerSpec): number => {
  const wait = beforeStop.wait ? durationMs(beforeStop.wait) : 0
  return wait + durationMs(stopTimeout)
}

/** The pods of a component: one container, drained politely, without a token of the cluster's and without rights it need not have. */
export function podOf(component: PackageComponent, container: ContainerSpec, parts: Parts): object {
  const { selector, settings, volumes } = parts
  return {
    metadata: { labels: selector },
    spec: {
      automountServiceAccountToken: false,
      enableServiceLinks: false,
      terminationGracePeriodSeconds: Math.ceil(stopMsOf(container) / 1000),
      securityContext: { seccompProfile: { type: 'RuntimeDefault' }, ...(container.user ? { runAsNonRoot: true } : {}) },
      // Spread where there is a choice, and never a reason not to run.
      topologySpreadConstraints: [
        {
          maxSkew: 1,
          topologyKey: 'kubernetes.io/hostname',
          whenUnsatisfiable: 'ScheduleAnyway',
          labelSelector: { matchLabels: selector },
        },
      ],
      containers: [containerOf(component, container, parts)],
      ...(settings.volumes.length + volumes.length > 0 ? { volumes: [...settings.volumes, ...volumes] } : {}),
    },
  }
}

function containerOf(component: PackageComponent, container: ContainerSpec, parts: Parts): object {
  const { scope, settings, resources, mounts } = parts
  const probes = { readinessProbe: container.ready, livenessProbe: container.live, startupProbe: container.started }
  const volumeMounts = [...settings.mounts, ...mounts]
  return {
    name: component.name,
    image: imageIn(container.image, scope),
    imagePullPolicy: 'IfNotPresent',
    ...(container.command.length > 0 ? { command: wordsIn('container.command', container.command, scope) } : {}),
    ...(container.arguments.length > 0 ? { args: wordsIn('container.arguments', container.arguments, scope) } : {}),
    ...(settings.env.length > 0 ? { env: settings.env } : {}),
    ...(component.ports.length > 0 ? { ports: Object.values(scope.ports).map((port) => ({ containerPort: port, protocol: 'TCP' })) } : {}),
    ...resourcesIn(resources),
    securityContext: { allowPrivilegeEscalation: false, ...(container.user === undefined ? {} : { runAsUser: container.user }) },
    lifecycle: { preStop: beforeStopOf(container, scope) },
    ...Object.fromEntries(Object.entries(probes).flatMap(([key, probe]) => (probe ? [[key, probeOf(key, probe, scope)]] : []))),
    ...(volumeMounts.length > 0 ? { volumeMounts } : {}),
  }
}

const image = /^[a-z0-9][A-Za-z0-9._/:@-]{0,399}$/

function imageIn(source: string, scope: Scope): string {
  const text = wordIn('container.image', source, scope).trim()
  if (!image.test(text)) throw new RenderError('container.image', `“${text.slice(0, 100)}” is not the name of an image.`)
  return text
}

/** What is asked for is also the most of memory: beyond it the cluster ends the container, and nobody else's. */
function resourcesIn({ cpuMillis, memoryMib }: Resources): object {
  const memory = memoryMib > 0 ? { memory: `${memoryMib}Mi` } : {}
  const requests = { ...(cpuMillis > 0 ? { cpu: `${cpuMillis}m` } : {}), ...memory }
  if (Object.keys(requests).length === 0) return {}
  return { resources: { requests, ...(memoryMib > 0 ? { limits: memory } : {}) } }
}

function beforeStopOf({ beforeStop: { wait, run } }: ContainerSpec, scope: Scope): object {
  if (run) return { exec: { command: wordsIn('container.beforeStop.run', run, scope) } }
  return { sleep: { seconds: seconds(wait ?? '1s') } }
}

function probeOf(where: string, probe: ContainerProbe, scope: Scope): object {
  const { http, tcp, run } = probe
  const asked = http
    ? { httpGet: { port: scope.ports[http.port], path: wordIn(`${where}.http.path`, http.path, scope) } }
    : tcp
      ? { tcpSocket: { port: scope.ports[tcp] } }
      : { exec: { command: wordsIn(`${where}.run`, run ?? [], scope) } }
  return {
    ...asked,
    ...(whole(probe.after) > 0 ? { initialDelaySeconds: whole(probe.after) } : {}),
    periodSeconds: seconds(probe.every),
    timeoutSeconds: seconds(probe.timeout),
    failureThreshold: probe.failures,
  }
}
