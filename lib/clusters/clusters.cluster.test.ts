import { afterAll, beforeAll, expect, test } from 'vitest'
import { parse, stringify } from 'yaml'
import { systemActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { setEnv } from '@/lib/env'
import { type Amounts, noLimits } from '@/lib/quotas/amount-views'
import { grantRuntime } from '@/lib/quotas/grant-runtime'
import { removeRegistry } from '@/lib/registries/remove-registry'
import { setRegistry } from '@/lib/registries/set-registry'
import { type BuiltOrganization, buildOrganization } from '@/lib/testing/build-organization'
import { cutOff, killProgram, kubeconfigOf, kubectl, rejoin, startProgram, type TestKubernetes } from '@/lib/testing/kubernetes'
import { clusterNetworks, runClusters } from '@/lib/testing/run-clusters'
import { runRegistry } from '@/lib/testing/run-registry'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'
import { until } from '@/lib/testing/until'
import { startObservers } from '@/workers/observers/start-observers'
import { addCluster } from './add-cluster'
import { adoptNamespace } from './adopt-namespace'
import { getCluster } from './get-cluster'
import { lookAtKubeconfig } from './look-at-kubeconfig'
import { removeCluster } from './remove-cluster'
import { replaceCredential } from './replace-credential'
import { type ClusterView, ClusterViewSchema, KubeconfigLookSchema } from './views'
import { forgetHubLabel } from './wanted-namespaces'

const [first, second] = runClusters()
const actor = systemActor('test')
let database: TestDatabase
let world: BuiltOrganization
let observers: ReturnType<typeof startObservers>
let before: Record<string, string[]>

beforeAll(async () => {
  database = await testDatabase()
  setEnv({ OUTGOING_ALLOW: clusterNetworks, TENGEN_PACE: '5' })
  forgetHubLabel()
  world = await buildOrganization({ machinesInPool: 0 })
  before = await contents(first)
  observers = startObservers('test')
}, 60_000)
afterAll(async () => {
  await observers.stop()
  await closeBus()
  await database.dispose()
})

const kinds =
  'namespaces,clusterroles,clusterrolebindings,roles,rolebindings,serviceaccounts,resourcequotas,limitranges,networkpolicies,secrets,configmaps'

/** Everything that a cluster is made of and that does not come and go by itself. */
async function contents(cluster: TestKubernetes): Promise<Record<string, string[]>> {
  const all: Record<string, string[]> = {}
  for (const kind of kinds.split(',')) {
    const names = await kubectl(
      cluster,
      'get',
      kind,
      '-A',
      '-o',
      'jsonpath={range .items[*]}{.metadata.namespace}/{.metadata.name}{"\\n"}{end}',
    )
    all[kind] = names.trim().split('\n').sort()
  }
  return all
}

const seen = async (name: string): Promise<ClusterView> => ClusterViewSchema.parse(await getCluster(actor, { name }))

const untilSeen = (name: string, holds: (view: ClusterView) => boolean) => until(() => seen(name), holds)

const grant = async (name: string, amounts: Amounts = noLimits) =>
  grantRuntime(actor, { runtimeId: (await seen(name)).runtimeId, organizationId: world.id, amounts })
const add = (cluster: TestKubernetes, name: string, more: object = {}) =>
  addCluster(actor, {
    ...{ name, environment: 'test', region: 'here', labels: {}, isOffered: false, account: 'own' },
    ...{ kubeconfig: kubeconfigOf(cluster), ...more },
  })

test('what a kubeconfig leads to is looked at, and nothing of it is kept', async () => {
  const look = KubeconfigLookSchema.parse(await lookAtKubeconfig(actor, { kubeconfig: kubeconfigOf(first) }))
  expect(look).toMatchObject({ trouble: null, cluster: { known: null, lacks: [], lacksToInstall: [], account: 'admin' } })
  expect(look.cluster?.version).toMatch(/^v1\./)
  expect(look.manifest).toContain('kind: ClusterRole')
  setEnv({ OUTGOING_ALLOW: '' })
  const denied = await lookAtKubeconfig(actor, { kubeconfig: kubeconfigOf(first) })
  expect(denied).toMatchObject({ cluster: null, trouble: { code: 'cluster_denied' } })
  setEnv({ OUTGOING_ALLOW: clusterNetworks })
  expect(await database.db.cluster.count()).toBe(0)
})

test('an account that may too little is refused, and each missing permission is named', async () => {
  await kubectl(first, 'create', 'serviceaccount', 'weak', '-n', 'default')
  await kubectl(first, 'create', 'clusterrolebinding', 'weak', '--clusterrole=view', '--serviceaccount=default:weak')
  try {
    const token = (await kubectl(first, 'create', 'token', 'weak', '-n', 'default')).trim()
    const file = parse(kubeconfigOf(first)) as { users: { user: object }[] }
    for (const user of file.users) user.user = { token }
    const kubeconfig = stringify(file)
    const { cluster } = await lookAtKubeconfig(actor, { kubeconfig })
    expect(cluster?.lacks).toContainEqual(expect.objectContaining({ resource: 'namespaces', verbs: ['create', 'patch', 'delete'] }))
    expect(cluster?.lacks).not.toContainEqual(expect.objectContaining({ resource: 'deployments' }))
    await expect(add(first, 'weak', { kubeconfig, account: 'given' })).rejects.toMatchObject({ details: { reason: 'cluster_lacks' } })
    await expect(add(first, 'weak', { kubeconfig })).rejects.toMatchObject({ details: { reason: 'cluster_forbids' } })
  } finally {
    await kubectl(first, 'delete', 'clusterrolebinding/weak')
    await kubectl(first, 'delete', 'serviceaccount/weak', '-n', 'default')
  }
})

test('a cluster is added once, with an account of the hub’s own and a token that ends', async () => {
  await add(first, 'one')
  await expect(add(first, 'again')).rejects.toMatchObject({ details: { reason: 'cluster_known' } })
  const view = await untilSeen('one', (found) => found.readyNodes === 1)
  expect(view).toMatchObject({ state: 'ready', lacks: [], credential: { kind: 'token', isRotated: true } })
  expect(view.account).toBe('system:serviceaccount:tengen-system:tengen')
  expect(Date.parse(view.credential.expiresAt ?? '')).toBeGreaterThan(Date.now())
  expect(view.memoryMib).toBeGreaterThan(100)
  const row = await database.db.cluster.findFirstOrThrow()
  expect(JSON.stringify(row)).not.toContain('BEGIN PRIVATE KEY')
})

test('every application gets its namespace on a cluster that is granted, and a new application on all of them', async () => {
  await grant('one', { ...noLimits, units: 7, memoryMib: 512 })
  const view = await untilSeen('one', (found) => found.namespaces.present === 2)
  expect(view.namespaceList.map((one) => [one.name, one.state])).toEqual([
    [`${world.slug}-edge`, 'present'],
    [`${world.slug}-shop`, 'present'],
  ])
  const [namespace] = [`${world.slug}-shop`]
  const get = (what: string, where: string) => kubectl(first, 'get', what, '-n', namespace, '-o', `jsonpath=${where}`)
  expect(JSON.parse(await get('resourcequota/tengen', '{.spec.hard}'))).toEqual({ pods: '7', 'requests.memory': '512Mi' })
  expect(await get('networkpolicy/tengen', '{.metadata.labels.app\\.kubernetes\\.io/managed-by}')).toBe('tengen')
  const account = `--as=system:serviceaccount:${namespace}:tengen-application`
  const may = (verb: string, what: string, where: string) =>
    kubectl(first, 'auth', 'can-i', verb, what, '-n', where, account).then(
      (said) => said.trim(),
      () => 'no',
    )
  expect([await may('create', 'deployments', namespace), await may('create', 'deployments', 'default')]).toEqual(['yes', 'no'])
  expect([await may('delete', 'networkpolicies', namespace), await may('create', 'rolebindings', namespace)]).toEqual(['no', 'no'])
  await database.db.application.create({ data: { organizationId: world.id, slug: 'fresh', name: 'Fresh' } })
  await untilSeen('one', (found) => found.namespaces.present === 3)
})

test('what somebody deletes by hand is there again, and a larger quota arrives', async () => {
  await kubectl(first, 'delete', 'namespace', `${world.slug}-fresh`)
  await until(
    () => kubectl(first, 'get', 'namespace', `${world.slug}-fresh`, '-o', 'jsonpath={.status.phase}').catch(() => ''),
    (phase) => phase === 'Active',
  )
  await grant('one', { ...noLimits, units: 9 })
  await until(
    () => kubectl(first, 'get', 'resourcequota/tengen', '-n', `${world.slug}-edge`, '-o', 'jsonpath={.spec.hard}'),
    (hard) => hard === '{"pods":"9"}',
  )
})

test.skipIf(!first.folder)(
  'pods pull from a registry that asks who comes, once the application says as whom',
  async () => {
    const namespace = `${world.slug}-shop`
    const registry = await runRegistry(first, { username: 'puller', password: 'correct' })
    const admin = await world.person('admin')
    const address = { organization: world.slug, application: 'shop', environment: 'test' as const, server: registry.server }
    const pull = async (pod: string) => {
      await kubectl(first, 'run', pod, '-n', namespace, `--image=${registry.image}`, '--restart=Never', '--', 'sleep', '600')
      const seenAs = () =>
        kubectl(
          first,
          'get',
          'pod',
          pod,
          '-n',
          namespace,
          '-o',
          'jsonpath={.status.phase} {.status.containerStatuses[0].state.waiting.reason}',
        )
      return until(seenAs, (state) => /^Running|ErrImagePull|ImagePullBackOff/.test(state), 60_000)
    }
    const given = () => kubectl(first, 'get', 'serviceaccount/default', '-n', namespace, '-o', 'jsonpath={.imagePullSecrets[*].name}')
    const password = () =>
      kubectl(first, 'get', 'secret/tengen-registries', '-n', namespace, '-o', 'jsonpath={.data.\\.dockerconfigjson}').then(
        (text) => Buffer.from(text, 'base64').toString(),
        () => '',
      )
    try {
      expect(await pull('unknown')).toMatch(/ErrImagePull|ImagePullBackOff/)
      await setRegistry(admin, { ...address, username: 'puller', password: 'wrong' })
      await until(password, (text) => text.includes('wrong'))
      expect(await pull('refused')).toMatch(/ErrImagePull|ImagePullBackOff/)
      await setRegistry(admin, { ...address, username: 'puller', password: 'correct' })
      await until(password, (text) => text.includes('correct'))
      expect(await given()).toBe('tengen-registries')
      expect(await pull('known')).toMatch(/^Running/)
      await removeRegistry(admin, address)
      await until(given, (names) => names === '')
      expect(await password()).toBe('')
    } finally {
      await kubectl(first, 'delete', 'pods', '--all', '-n', namespace, '--wait=false')
      await registry.stop()
    }
  },
  120_000,
)

test('a namespace that was there before is left alone until a person adopts it', async () => {
  const name = `${world.slug}-old`
  await kubectl(first, 'create', 'namespace', name)
  await database.db.application.create({ data: { organizationId: world.id, slug: 'old', name: 'Old' } })
  const { id, namespaceList } = await untilSeen('one', (found) => found.namespaces.trouble === 1)
  const foreign = namespaceList.find((one) => one.name === name)
  expect(foreign).toMatchObject({ state: 'foreign', reason: { code: 'namespace_of_nobody' }, adopt: { allowed: true } })
  expect(await kubectl(first, 'get', 'resourcequota', '-n', name)).toBe('')
  await adoptNamespace(actor, { clusterId: id, applicationId: foreign?.applicationId ?? '' })
  await untilSeen('one', (found) => found.namespaces.present === 4)
  expect(await kubectl(first, 'get', 'serviceaccount/tengen-application', '-n', name, '-o', 'name')).toBe(
    'serviceaccount/tengen-application\n',
  )
})

test.skipIf(!second)('a cluster that is cut off turns offline, the other stays ready, and it is found again', async () => {
  const other = second as TestKubernetes
  await add(other, 'two', { environment: 'production' })
  await expect(
    replaceCredential(actor, { clusterId: (await seen('two')).id, kubeconfig: kubeconfigOf(first), account: 'own' }),
  ).rejects.toMatchObject({ details: { reason: 'cluster_other' } })
  await grant('two')
  await untilSeen('two', (found) => found.namespaces.present === 4)
  await cutOff(other)
  const lost = await untilSeen('two', (found) => found.state === 'offline')
  expect(lost.stateReason?.code).toMatch(/^cluster_(no_answer|refused|resting)$/)
  const well = await seen('one')
  expect(well.state).toBe('ready')
  expect(Date.now() - Date.parse(well.heardAt ?? '')).toBeLessThan(well.unknownAfterMs)
  await database.db.application.create({ data: { organizationId: world.id, slug: 'late', name: 'Late' } })
  await untilSeen('one', (found) => found.namespaces.present === 5)
  expect((await seen('two')).namespaces.present).toBe(4)
  await rejoin(other)
  await untilSeen('two', (found) => found.state === 'ready' && found.namespaces.present === 5)
})

test.skipIf(!second)('a cluster whose store is gone is offline with the reason, and is found again when it is back', async () => {
  const other = second as TestKubernetes
  await killProgram(other, 'etcd')
  const lost = await untilSeen('two', (found) => found.state === 'offline')
  expect(lost.stateReason?.code).toMatch(/^cluster_(not_ready|no_answer|resting)$/)
  expect((await seen('one')).state).toBe('ready')
  await startProgram(other, 'etcd')
  await untilSeen('two', (found) => found.state === 'ready')
})

test('another observer takes over and sees everything anew', async () => {
  const [next, there] = [startObservers('next'), (await seen('one')).namespaces.present]
  await observers.stop()
  observers = next
  await database.db.application.create({ data: { organizationId: world.id, slug: 'after', name: 'After' } })
  await untilSeen('one', (found) => found.namespaces.present === there + 1)
})

test('removal leaves a cluster as it was, with what was adopted in it and what was left running', async () => {
  const { id } = await seen('one')
  const removal = { clusterId: id, namespaces: 'delete' as const }
  await expect(removeCluster(actor, { ...removal, typedName: 'two' })).rejects.toMatchObject({ code: 'invalid' })
  const left = `${world.slug}-after`
  await database.db.clusterNamespace.updateMany({ where: { clusterId: id, name: left }, data: { keepsWork: true } })
  await removeCluster(actor, { ...removal, typedName: 'one' })
  await until(
    () =>
      seen('one').then(
        () => 'there',
        (error: { code: string }) => error.code,
      ),
    (found) => found === 'not_found',
    60_000,
  )
  for (const name of [`${world.slug}-old`, left]) {
    const labels = await kubectl(first, 'get', 'namespace', name, '-o', 'jsonpath={.metadata.labels}')
    expect(labels).toBe(`{"kubernetes.io/metadata.name":"${name}"}`)
    await kubectl(first, 'delete', 'namespace', name)
  }
  expect(
    await until(
      () => contents(first),
      (now) => JSON.stringify(now) === JSON.stringify(before),
    ),
  ).toEqual(before)
  if (!second) return
  const two = await seen('two')
  await removeCluster(actor, { clusterId: two.id, namespaces: 'keep', typedName: 'two' })
  await until(
    () => database.db.cluster.count({ where: { removedAt: null } }),
    (count) => count === 0,
  )
  expect(await kubectl(second, 'get', 'namespace', `${world.slug}-shop`, '-o', 'jsonpath={.metadata.labels.tengen\\.io/hub}')).toBe('')
  // Who comes next finds a cluster without us.
  await until(
    () => kubectl(second, 'get', 'namespaces', '-o', 'name'),
    (names) => !names.includes('tengen-system'),
  )
}, 120_000)
