import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { ReleaseFacts } from '@/lib/drivers/driver'
import { applyDefaults } from '@/lib/package-format/config-schema'
import { packFolder } from '@/lib/package-format/pack-folder'
import { readArchive } from '@/lib/package-format/read-archive'
import { templatesOf } from '@/lib/package-format/templates-of'
import { validatePackage } from '@/lib/package-format/validate-package'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { prepareObjects } from './prepare-objects'
import { renderWorkload } from './render-workload'
import { readContent } from './workload-content'

const service = { organizationSlug: 'acme', applicationSlug: 'shop', name: 'web', component: 'main' }

async function releaseOf(
  name: string,
  values: Record<string, unknown> = {},
  env: Record<string, string | null> = {},
): Promise<ReleaseFacts> {
  const entries = await readArchive(await packFolder(join(import.meta.dirname, '../../../packages', name, '1.0.0')))
  const { manifest, findings } = validatePackage(entries)
  if (!manifest) throw new Error(JSON.stringify(findings))
  return {
    id: 'r',
    number: 3,
    package: { name, version: '1.0.0', digest: 'd', sizeBytes: 1 },
    manifest,
    templates: templatesOf(manifest, entries),
    values: applyDefaults(manifest.config, values),
    env,
  }
}
const render = (release: ReleaseFacts, count = 2) => renderWorkload(service, release, { subset: 'stable', count })
const objects = (release: ReleaseFacts, count?: number) => {
  const all = readContent(render(release, count).text).objects
  return { all, of: (kind: string) => all.find((one) => one.kind === kind) }
}

describe('the default template', () => {
  test('makes the same bytes of the same release, and others of other values', async () => {
    const release = await releaseOf('hello-pods')
    expect(render(release)).toEqual(render(release))
    expect(render(await releaseOf('hello-pods', { greeting: 'hi' })).digest).not.toBe(render(release).digest)
  })

  test('names by service and subset; the Service selects whatever subset', async () => {
    const { all, of } = objects(await releaseOf('hello-pods'))
    expect(all.map(({ kind, metadata }) => `${kind}/${metadata.name.replace(/-[0-9a-f]{8}$/, '')}`)).toEqual([
      'ConfigMap/web-stable',
      'Service/web',
      'Deployment/web-stable',
      'PodDisruptionBudget/web-stable',
    ])
    expect(of('Deployment')?.spec).toMatchObject({
      replicas: 2,
      selector: { matchLabels: { 'tengen.io/service-name': 'web', 'tengen.io/subset': 'stable' } },
      strategy: { rollingUpdate: { maxUnavailable: 0 } },
    })
    expect(of('Service')?.spec).toMatchObject({ selector: { 'tengen.io/service-name': 'web' }, ports: [{ port: 8080, targetPort: 8080 }] })
  })

  test('drains politely, gives pods no token, and asks for memory as the most of it', async () => {
    const { of } = objects(await releaseOf('hello-pods'))
    const spec = {
      automountServiceAccountToken: false,
      terminationGracePeriodSeconds: 5,
      containers: [
        {
          image: 'tengen.test/busybox:1',
          lifecycle: { preStop: { sleep: { seconds: 3 } } },
          resources: { requests: { cpu: '20m', memory: '32Mi' }, limits: { memory: '32Mi' } },
          readinessProbe: { httpGet: { port: 8080, path: '/index.html' } },
          securityContext: { allowPrivilegeEscalation: false },
        },
      ],
    }
    expect(of('Deployment')).toMatchObject({ spec: { template: { spec } } })
  })

  test('keeps secrets in a Secret alone, filled in only where it is made', async () => {
    const reference = secretPlaceholder('s1', 4)
    const release = await releaseOf('hello-pods', { token: reference })
    const text = render(release).text
    expect(text.match(/⟦secret:/g)).toHaveLength(1)
    const made = prepareObjects(readContent(text), {
      wanted: 'running',
      restartToken: null,
      liveReplicas: new Map(),
      secretOf: () => 'hush',
    })
    expect(made.find((one) => one.kind === 'Secret')).toMatchObject({ immutable: true, stringData: { 'env.TOKEN': 'hush' } })
    const elsewhere = await releaseOf('hello-pods', { image: `busybox:${reference}`, token: reference })
    expect(() => render(elsewhere)).toThrow(/name of an image/)
  })

  test('is scaled by load only where somebody wants it, and then leaves the number alone', async () => {
    const still = objects(await releaseOf('container', { image: 'nginx:1.27' }))
    expect(still.of('HorizontalPodAutoscaler')).toBeUndefined()
    const { of } = objects(await releaseOf('container', { image: 'nginx:1.27', mostUnits: 6, port: 80 }))
    expect(of('Deployment')?.spec).toBeDefined()
    expect(of('Deployment')?.spec).not.toHaveProperty('replicas')
    expect(of('HorizontalPodAutoscaler')?.spec).toMatchObject({ minReplicas: 2, maxReplicas: 6 })
    expect(of('Service')?.spec).toMatchObject({ ports: [{ port: 80 }] })
  })

  test('stops without its scaler, and restarts by a mark on its pods', async () => {
    const content = readContent(render(await releaseOf('container', { image: 'nginx:1.27', mostUnits: 6 })).text)
    const stopped = prepareObjects(content, { wanted: 'stopped', restartToken: 'r.1', liveReplicas: new Map(), secretOf: () => '' })
    expect(stopped.map((one) => one.kind)).not.toContain('HorizontalPodAutoscaler')
    const spec = stopped.find((one) => one.kind === 'Deployment')?.spec
    expect(spec).toMatchObject({ replicas: 0, template: { metadata: { annotations: { 'tengen.io/restarted-for': 'r.1' } } } })
  })

  test('refuses what would only fail in a cluster, with the place', async () => {
    const release = await releaseOf('hello-pods', {}, { REGION: null })
    expect(() => render(release)).toThrow('There is no variable REGION.')
    expect(() => renderWorkload({ ...service, name: 'web-' }, release, { subset: 'stable', count: 1 })).toThrow(/ends with/)
  })
})
