import { describe, expect, test } from 'vitest'
import { packEntries } from '@/lib/package-format/pack-folder'
import { readArchive } from '@/lib/package-format/read-archive'
import { templatesOf } from '@/lib/package-format/templates-of'
import { validatePackage } from '@/lib/package-format/validate-package'
import { renderWorkload } from './render-workload'
import { readContent } from './workload-content'

const manifest = `tengen: 1
name: own
version: 1.0.0
title: Own
runtimes: [kubernetes]
config: { type: object, properties: { image: { type: string, default: "nginx:1.27" } } }
components:
  - name: main
    ports: [{ name: http, default: 80 }]
    manifests: [cluster/web.yaml]
`
const good = `apiVersion: v1
kind: Service
metadata: { name: "{{ service.name }}" }
spec: { ports: [{ port: {{ ports.http }} }] }
---
apiVersion: apps/v1
kind: Deployment
metadata: { name: "{{ name }}" }
spec:
  template:
    metadata: { labels: { tier: front } }
    spec:
      containers:
        - name: web
          image: "{{ config.image }}"
`

async function packaged(file: string) {
  const entry = (path: string, text: string) => ({ kind: 'file', path, bytes: Buffer.from(text), executable: false }) as const
  const entries = await readArchive(await packEntries([entry('tengen.yaml', manifest), entry('cluster/web.yaml', file)]))
  return { ...validatePackage(entries), entries }
}
const findings = async (file: string) => (await packaged(file)).findings.map((one) => `${one.file}:${one.line} ${one.rule} ${one.message}`)

async function rendered(file: string, name = 'web') {
  const { manifest: parsed, entries } = await packaged(file)
  if (!parsed) throw new Error('It is not valid.')
  const release = {
    ...{ id: 'r', number: 1, package: { name: 'own', version: '1.0.0', digest: 'd', sizeBytes: 1 }, manifest: parsed },
    ...{ templates: templatesOf(parsed, entries), values: { image: 'nginx:2' }, env: {} },
  }
  const service = { organizationSlug: 'o', applicationSlug: 'a', name, component: 'main' }
  return readContent(renderWorkload(service, release, { subset: 'stable', count: 3 }).text)
}

describe('templates of a package’s own', () => {
  test('are filled with what every service has, and keep what they say themselves', async () => {
    const { objects, workload } = await rendered(good)
    expect(workload).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-stable' })
    const selector = { 'tengen.io/service-name': 'web', 'tengen.io/subset': 'stable' }
    expect(objects[0]?.spec).toEqual({ selector: { 'tengen.io/service-name': 'web' }, ports: [{ port: 80 }] })
    expect(objects[1]?.spec).toMatchObject({
      replicas: 3,
      selector: { matchLabels: selector },
      template: {
        metadata: { labels: { ...selector, tier: 'front' } },
        spec: { automountServiceAccountToken: false, containers: [{ image: 'nginx:2' }] },
      },
    })
  })

  test('are linted with the line where it stands', async () => {
    expect(await findings(good)).toEqual([])
    expect(await findings('apiVersion: v1\nkind: Service\n  metadata: 1\n')).toEqual([
      expect.stringMatching(/^cluster\/web\.yaml:\d yaml /),
    ])
    expect(await findings(`${good}---\napiVersion: rbac.authorization.k8s.io/v1\nkind: ClusterRole\nmetadata: { name: web }\n`)).toEqual([
      expect.stringMatching(/^cluster\/web\.yaml:18 kind_forbidden ClusterRole of rbac/),
    ])
    expect(await findings(good.replace('metadata: { name: "{{ name }}" }', 'metadata: { name: "{{ name }}", namespace: other }'))).toEqual([
      expect.stringMatching(/^cluster\/web\.yaml:8 namespace_given /),
    ])
    const escaping = `${good}          securityContext: { privileged: true }\n      volumes: [{ name: node, hostPath: { path: / } }]\n`
    expect(await findings(escaping)).toEqual([
      expect.stringMatching(/^cluster\/web\.yaml:17 pod_forbidden spec\.template\.spec\.volumes\.0\.hostPath /),
      expect.stringMatching(/^cluster\/web\.yaml:16 pod_forbidden .*privileged would give it all rights on its node/),
    ])
    const repeated = `${good}{% for n in (1..3) %}# {{ n }}\n{% endfor %}---\napiVersion: v1\nkind: Node\nmetadata: { name: web }\n`
    expect(await findings(repeated)).toEqual([expect.stringMatching(/^cluster\/web\.yaml:19 kind_forbidden Node/)])
    expect(await findings(good.replace('config.image', 'config.picture'))).toEqual([
      expect.stringMatching(/^cluster\/web\.yaml:15 template undefined variable: config\.picture/),
    ])
  })

  test('cannot name objects as if they were another service’s, nor hide what is followed', async () => {
    await expect(rendered(good.replace('"{{ service.name }}"', 'database'))).rejects.toThrow('Service/database has to be called')
    await expect(rendered(good.replace('apps/v1\nkind: Deployment', 'batch/v1\nkind: CronJob'))).rejects.toThrow(
      'one Deployment or StatefulSet',
    )
  })

  test('end in time, whatever they ask for', async () => {
    const endless = good.replace('tier: front', 'tier: "{% for i in (1..100000000) %}x{% endfor %}"')
    expect(await findings(endless)).toEqual([expect.stringMatching(/template .*limit/)])
  })
})
