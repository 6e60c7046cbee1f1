import { expect, test } from 'vitest'
import type { ReleaseFacts, ServiceFacts } from '@/lib/drivers/driver'
import { secretPlaceholder } from '@/lib/protocol/desired'
import { renderOfChart } from './render-of-chart'

const service: ServiceFacts = { organizationSlug: 'acme', applicationSlug: 'shop', name: 'web', component: 'main' }
const release = { env: {} } as ReleaseFacts
const deployment = `apiVersion: apps/v1
kind: Deployment
metadata: { name: web-stable-site, namespace: acme-shop }
spec: { template: { spec: { serviceAccountName: default, containers: [{ name: main, image: x }] } } }`
const made = (...texts: string[]) =>
  renderOfChart({
    service,
    release,
    place: {
      subset: 'stable',
      count: 1,
      chart: { namespace: 'acme-shop', documents: texts.map((text, at) => ({ source: `site/templates/${at}.yaml`, text })) },
    },
  })

test('what Helm made becomes our own objects: in no namespace, counted, and with pods that say whose they are', () => {
  const { objects, workload, also } = made(
    deployment,
    'apiVersion: batch/v1\nkind: Job\nmetadata: { name: web-stable-once }\nspec: { template: { spec: {} } }',
  )
  expect(workload).toEqual({ apiVersion: 'apps/v1', kind: 'Deployment', name: 'web-stable-site' })
  expect(also?.map((one) => one.kind)).toEqual(['Job'])
  expect(objects[0]).toMatchObject({
    metadata: { name: 'web-stable-site' },
    spec: { replicas: 1, template: { metadata: { labels: { 'tengen.io/service-name': 'web', 'tengen.io/subset': 'stable' } } } },
  })
  expect(JSON.stringify(objects)).not.toMatch(/serviceAccountName|acme-shop/)
})

test('a secret that the chart encoded is opened again, so that it is filled in where it is applied', () => {
  const placeholder = secretPlaceholder('s1', 2)
  const data = `password: ${Buffer.from(placeholder).toString('base64')}\n  other: aGk=`
  const { objects } = made(deployment, `apiVersion: v1\nkind: Secret\nmetadata: { name: web-stable-site }\ndata:\n  ${data}`)
  expect(objects[1]).toMatchObject({ data: { other: 'aGk=' }, stringData: { password: placeholder } })
})

test('what a service may not be made of is refused with its template, and what a person may do', () => {
  const config = (name: string, more = '') => `apiVersion: v1\nkind: ConfigMap\nmetadata: { name: ${name}${more} }`
  const no = (...texts: string[]) => {
    try {
      return made(...texts) && 'made'
    } catch (error) {
      const { file, message } = error as { file: string; message: string }
      return `${file}: ${message}`
    }
  }
  expect(no(deployment, 'apiVersion: v1\nkind: ServiceAccount\nmetadata: { name: web-stable-site }')).toMatch(
    /^site\/templates\/1\.yaml: ServiceAccount\/web-stable-site: .*serviceAccount\.create: false/,
  )
  expect(no(deployment, config('web-stable-a', ', annotations: { helm.sh/hook: "pre-install,pre-upgrade" }'))).toMatch(
    /is a hook \(pre-install, pre-upgrade\), and hooks are not run/,
  )
  expect(no(deployment, config('web-stable-a', ', annotations: { helm.sh/hook: test }'))).toBe('made')
  expect(no(deployment, config('web-stable-a', ', namespace: kube-system'))).toContain('leave the namespace out')
  expect(no(deployment, config('redis'))).toContain('has to begin with the release’s name, web-stable')
  expect(no(deployment.replace('image: x', 'image: x, securityContext: { privileged: true }'))).toContain(
    'would give it all rights on its node',
  )
  expect(no(config('web-stable-a'))).toContain('Nothing of it runs')
})
