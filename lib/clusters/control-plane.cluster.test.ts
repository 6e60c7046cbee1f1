import { createPrivateKey, sign } from 'node:crypto'
import { readFileSync } from 'node:fs'
import path from 'node:path'
import { setTimeout as sleep } from 'node:timers/promises'
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest'
import { publishPackage } from '@/lib/catalog/publish-package'
import { clock } from '@/lib/clock'
import { packFolder } from '@/lib/package-format/pack-folder'
import { stageHealth } from '@/lib/services/stage-health'
import { ClusterWorld, type Placed } from '@/lib/testing/cluster-world'
import { killProgram, kubeconfigOf, kubectl, setCertificate, startProgram } from '@/lib/testing/kubernetes'
import { runClusters } from '@/lib/testing/run-clusters'
import { until } from '@/lib/testing/until'
import { accessColumns, accessOfCluster } from './cluster-access'
import { replaceCredential } from './replace-credential'

const [first] = runClusters()

/** What a control plane stands on goes, and comes back: only where it is ours to take. */
describe.skipIf(!first.isOurs)('control planes', () => {
  let world: ClusterWorld
  let web: Placed
  const mends: (() => Promise<unknown>)[] = []

  beforeAll(async () => {
    world = await ClusterWorld.open([first])
    const archive = await packFolder(path.join(import.meta.dirname, '../../packages/hello-pods/1.0.0'))
    const ask = { organizationId: world.organization.id, origin: 'test' }
    const { versionId } = await publishPackage(await world.person('developer'), ask, archive)
    web = await world.create('web', { versionId, values: { greeting: 'first' } })
    expect((await world.ended(web.recordId)).state).toBe('succeeded')
  }, 120_000)
  afterEach(async () => {
    clock.reset()
    for (const mend of mends.splice(0)) await mend().catch(() => {})
  })
  afterAll(() => world.close(), 180_000)

  const db = () => world.database.db
  const cluster = () => db().cluster.findFirstOrThrow({ where: { removedAt: null } })
  const healthOf = async () => (await stageHealth([web.stageId])).get(web.stageId)?.health
  const untilHealth = (wanted: string) => until(healthOf, (health) => health === wanted)
  const untilOffline = (reason: string) => until(cluster, (found) => found.state === 'offline' && found.stateReason === reason)
  const configure = (greeting: string) => world.change(web, { kind: 'configure', values: { greeting } })
  const generation = async () => Number(await world.get(first, 'deployment/web-stable', '{.metadata.generation}'))

  /** A change that the cluster has taken, and that is not over. */
  async function underWay(greeting: string): Promise<string> {
    const before = await generation()
    const recordId = await configure(greeting)
    await until(generation, (found) => found > before)
    // Of what its cluster has not taken whole the record would end, and be caught up by another.
    const row = () => db().workload.findFirstOrThrow({ where: { placement: { stageId: web.stageId } } })
    await until(row, ({ appliedRevision, revision }) => appliedRevision === revision)
    return recordId
  }

  /** The newest content, as many pods as shall be, and nothing that the inventory does not name. */
  async function expectWhole(greeting: string): Promise<void> {
    await untilHealth('healthy')
    const here = ['-n', world.namespace]
    const pods = (await kubectl(first, 'get', 'pods', ...here, '--field-selector=status.phase=Running', '-o', 'name')).trim().split('\n')
    expect(pods).toHaveLength(2)
    const said = await kubectl(
      first,
      'exec',
      ...here,
      'deployment/web-stable',
      '--',
      'wget',
      '-q',
      '-O',
      '-',
      'http://127.0.0.1:8080/index.html',
    )
    expect(said).toContain(greeting)
    const { inventory } = await db().workload.findFirstOrThrow({ where: { placement: { stageId: web.stageId } } })
    const named = (inventory as { kind: string; name: string }[]).map(({ kind, name }) => `${kind}/${name}`).sort()
    const kinds = 'deployments,statefulsets,services,configmaps,secrets,poddisruptionbudgets'
    const label = ['-l', 'tengen.io/service']
    const found = await kubectl(
      first,
      'get',
      kinds,
      ...here,
      ...label,
      '-o',
      'jsonpath={range .items[*]}{.kind}/{.metadata.name}{"\\n"}{end}',
    )
    expect(found.trim().split('\n').sort()).toEqual(named)
  }

  test('its store dies in the midst of a rollout and comes back: the page is grey meanwhile, and the rollout ends well', async () => {
    const recordId = await underWay('second')
    mends.push(() => startProgram(first, 'etcd'))
    await killProgram(first, 'etcd')
    await untilHealth('unknown')
    // It hangs, or says itself that it is not ready: which of them first depends on how long it is asked.
    await until(cluster, (found) => found.state === 'offline')
    await startProgram(first, 'etcd')
    const record = await world.ended(recordId)
    expect([record.state, record.message]).toEqual(['succeeded', null])
    await expectWhole('second')
  }, 120_000)

  test('its certificate ends in the midst of a rollout: it is not believed, and goes on once it is renewed', async () => {
    const recordId = await underWay('third')
    mends.push(() => setCertificate(first, 'good'))
    await setCertificate(first, 'ended')
    await untilHealth('unknown')
    await untilOffline('cluster_untrusted')
    await setCertificate(first, 'good')
    const record = await world.ended(recordId)
    expect([record.state, record.message]).toEqual(['succeeded', null])
    await expectWhole('third')
  }, 120_000)

  test('the hub’s token ends in the midst of a rollout: the reason is told, and another credential lets it go on', async () => {
    const recordId = await underWay('fourth')
    const row = await cluster()
    const access = accessOfCluster(row)
    if (access.credential.kind !== 'token') throw new Error('It has no token.')
    const ended = { ...access, credential: { kind: 'token' as const, token: endedToken(access.credential.token) } }
    await db().cluster.update({ where: { id: row.id }, data: { ...accessColumns(row.id, ended), accessRevision: { increment: 1 } } })
    await untilHealth('unknown')
    await untilOffline('cluster_credential_refused')
    await replaceCredential(await world.person('operator'), { clusterId: row.id, kubeconfig: kubeconfigOf(first), account: 'own' })
    const record = await world.ended(recordId)
    expect([record.state, record.message]).toEqual(['succeeded', null])
    await expectWhole('fourth')
  }, 120_000)

  test('clocks that are more than a day apart: the token is replaced when it has to be, and a rollout ends well', async () => {
    const dayMs = 24 * 3_600_000
    const revisions = async () => (await cluster()).accessRevision
    for (const [turn, offMs] of [30 * 3_600_000, 0].entries()) {
      const before = await revisions()
      // The hub's clock jumps ahead of the cluster's, and back.
      if (offMs) clock.advance(offMs)
      else clock.reset()
      const row = await until(cluster, (found) => found.accessRevision > before)
      const leftMs = (row.credentialExpiresAt?.getTime() ?? 0) - clock.nowMs()
      expect(Math.abs(leftMs - dayMs)).toBeLessThan(60_000)
      await sleep(1_500)
      expect(await revisions()).toBe(row.accessRevision)
      await untilHealth('healthy')
      const record = await world.ended(await configure(`clock ${turn}`))
      expect([record.state, record.message]).toEqual(['succeeded', null])
    }
    await expectWhole('clock 1')
  }, 120_000)

  /** The same token as the cluster itself would have signed it two days ago. */
  function endedToken(token: string): string {
    const [head = '', claims = ''] = token.split('.')
    const given = JSON.parse(Buffer.from(claims, 'base64url').toString()) as object
    const seconds = Math.floor(Date.now() / 1000)
    const older = { ...given, iat: seconds - 172_800, nbf: seconds - 172_800, exp: seconds - 86_400 }
    const body = `${head}.${Buffer.from(JSON.stringify(older)).toString('base64url')}`
    const key = createPrivateKey(readFileSync(path.join(path.dirname(first.kubeconfig), 'pki/service-accounts.key')))
    return `${body}.${sign('sha256', Buffer.from(body), { key, dsaEncoding: 'ieee-p1363' }).toString('base64url')}`
  }
})
