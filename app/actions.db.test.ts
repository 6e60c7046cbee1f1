import { readdirSync } from 'node:fs'
import path from 'node:path'
import { afterAll, beforeAll, expect, test, vi } from 'vitest'
import type { PersonActor } from '@/lib/auth/actor'
import { closeBus } from '@/lib/bus/bus'
import { setEnv } from '@/lib/env'
import { errorStatus } from '@/lib/errors'
import { createWebhook } from '@/lib/notices/keep-webhook'
import { buildCluster } from '@/lib/testing/build-cluster'
import { buildMembers } from '@/lib/testing/build-members'
import { type BuiltOrganization, buildOrganization, personNames } from '@/lib/testing/build-organization'
import { buildProvider } from '@/lib/testing/build-provider'
import { buildRoute } from '@/lib/testing/build-route'
import {
  buildExternal,
  buildGranted,
  buildGroup,
  buildOffer,
  buildPackage,
  buildService,
  change,
  settle,
} from '@/lib/testing/build-service'
import { buildRevoked } from '@/lib/testing/build-token'
import { buildVariable } from '@/lib/testing/build-variable'
import { type TestDatabase, testDatabase } from '@/lib/testing/test-database'

/** Who knocks now; the session itself is the walk's business, in the browser. */
const asking = vi.hoisted(() => ({ actor: null as PersonActor | null }))
vi.mock('@/app/_server/actor', () => ({ findActor: async () => asking.actor }))
vi.mock('next/headers', () => ({ headers: async () => new Headers({ referer: 'https://tengen.example.org/somewhere?a=b' }) }))

type Action = (input: unknown) => Promise<{ ok: boolean; error?: { code: string; fields?: Record<string, string> } }>

let database: TestDatabase
let world: BuiltOrganization
/** Input of every action, such that whoever may gets a refusal of the rules and changes nothing. By `folder/name`. */
let inputs: Record<string, unknown>

beforeAll(async () => {
  database = await testDatabase()
  world = await buildOrganization()
  const pkg = await buildPackage(['1.0.0'], { organizationId: world.id })
  const web = await buildService(world, pkg)
  const { recordId } = await change(world, web, { kind: 'scale', counts: { [web.placementId]: 1 } })
  await settle(world, recordId)
  const machine = await database.db.machine.findUniqueOrThrow({ where: { id: world.machines.test[0] } })
  const decided = await database.db.ledger.create({ data: { kind: 'unit', what: 'one', why: 'for the test', closedAt: new Date() } })
  const ended = await database.db.joinToken.create({
    data: { runtimeId: world.runtimes.test, tokenHash: 'ended', expires: new Date(), uses: 1 },
  })
  setEnv({ AGENT_FILE: import.meta.filename })
  const [record, planHash] = [{ recordId }, 'f'.repeat(64)]
  const another = { stageId: web.stageId, kind: 'restart', expectedHash: 'another' }
  const draft = {
    name: 'fresh',
    packageVersionId: pkg.versions['1.0.0'],
    runtimeId: world.runtimes.test,
    count: 1,
    expectedHash: 'another',
  }
  const home = { organization: world.slug, application: 'shop' }
  const slugs = { organizationSlug: world.slug, applicationSlug: 'shop' }
  const wizard = { ...draft, ...slugs }
  const followUp = { ...record, follow: 'retry', expectedHash: 'another' }
  const stage = { ...wizard, service: 'web', name: undefined }
  const placement = { ...slugs, service: 'web', environment: 'production', runtimeId: draft.runtimeId, count: 1 }
  const variable = { organization: world.slug, application: 'shop', environment: 'production', name: 'TAKEN' }
  const registry = { organization: world.slug, application: 'shop', environment: 'production', server: 'registry.test' }
  await buildVariable(world, web, variable.name)
  const granted = await buildGranted(world)
  const form = new FormData()
  form.set('organizationSlug', world.slug)
  form.set('file', new File(['no archive'], 'p.tar.gz'))
  const cluster = await buildCluster(world)
  const ofCluster = { clusterId: cluster.id }
  const access = { kubeconfig: 'none', account: 'own' }
  await buildProvider()
  await createWebhook(await world.person('admin'), { organization: world.slug, name: 'taken', url: 'http://hook.test', kinds: [] })
  const { ownerMember, invitation, roleRequest } = await buildMembers(world)
  const { ownToken, sharedToken } = await buildRevoked(world)
  const inHarbor = { organization: world.slug }
  const outside = await buildExternal(world, web)
  const offer = await buildOffer(world, web)
  const { name: group } = await buildGroup(world, web)
  const { packageVersionId, runtimeId } = draft
  const newGroup = { ...home, name: group, runtimeId, members: [{ name: 'fresh', packageVersionId }] }
  const { name: pool } = await database.db.runtime.findUniqueOrThrow({ where: { id: machine.runtimeId } })
  const elsewhere = { address: 'elsewhere', port: 6379 }
  const removal = { ...home, service: 'web', environment: 'production', expectedHash: 'another' }
  const { host } = await buildRoute(world)
  const routed = { ...home, host, environment: 'production', rules: [{ service: 'web', port: 'http' }] }
  const policyRules = { approvals: 1, roles: ['admin', 'owner'], windows: [], freezes: [], expiryHours: null }
  inputs = {
    '[number]/approve': { ...record, planHash },
    '[number]/reject': { ...record, planHash, reason: 'no' },
    '[number]/withdraw': record,
    '[number]/override': { ...record, planHash, reason: 'the shop is down' },
    '[number]/pause': record,
    '[number]/resume': record,
    '[number]/cancel': record,
    '[number]/giveUp': record,
    '[number]/previewFollowUp': followUp,
    '[number]/requestFollowUp': followUp,
    'new/previewService': wizard,
    'new/requestService': wizard,
    '[name]/previewChange': another,
    '[name]/requestChange': another,
    '[name]/deletePod': { ...home, name: 'web', environment: 'production', pod: 'web-gone' },
    '[name]/keepOutside': { ...home, name: 'web', environment: 'production', prints: ['nothing'] },
    '[name]/previewPlacement': placement,
    '[name]/requestPlacement': placement,
    '[name]/changeRules': { ...home, service: 'web', placementId: web.placementId, rules: { near: [{ service: 'nobody' }] } },
    '[name]/changeRelations': { ...home, name: 'web', environment: 'production', relations: { nothing: [] } },
    'relations/addExternal': {
      ...home,
      environment: 'test',
      name: 'outside',
      interface: 'redis',
      endpoints: [{ address: 'redis', port: 6379 }],
    },
    'relations/changeExternal': { ...home, id: outside.id, endpoints: [elsewhere], seen: [elsewhere] },
    'relations/removeExternal': { ...home, id: outside.id },
    '[name]/previewRemoval': removal,
    '[name]/requestRemoval': removal,
    'catalogue/previewGroup': newGroup,
    'catalogue/requestGroup': newGroup,
    'relations/previewGroup': { ...home, group, environment: 'test', kind: 'restart' },
    'relations/requestGroup': { ...home, group, environment: 'test', kind: 'restart' },
    'relations/offerRelation': { ...home, environment: 'production', service: 'web', interface: 'nothing', to: 'edge' },
    'relations/acceptOffer': { ...home, id: offer.id },
    'relations/endOffer': { ...home, id: offer.id },
    ...Object.fromEntries(['New', 'Other'].flatMap((one) => [`routes/preview${one}`, `routes/request${one}`].map((act) => [act, routed]))),
    'routes/previewChange': another,
    'routes/requestChange': another,
    'routes/keepOutside': { ...home, name: host, environment: 'production', prints: ['nothing'] },
    'routes/check': { ...home, host, environment: 'production' },
    'routes/promote': { ...home, host },
    'routes/previewPromotion': { ...home, host },
    '[name]/previewStage': stage,
    '[name]/requestStage': stage,
    'variables/createVariable': { ...variable, value: 'x' },
    'variables/rotateVariable': { ...variable, value: 'x', seenVersion: 9 },
    'variables/removeVariable': variable,
    'variables/setRegistry': { ...registry, username: 'puller', password: 'x' },
    'variables/removeRegistry': { ...registry, server: 'gone.test' },
    'agents/lookAtUpdate': { pool },
    'agents/sendUpdate': { pool },
    'command/lookAtCommand': { ...home, name: 'web', environment: 'production', argv: ['id'] },
    'command/sendCommand': { ...home, name: 'web', environment: 'production', argv: ['id'] },
    'command/lookOnMachines': { machines: [machine.name], argv: ['id'] },
    'command/sendToMachines': { machines: [machine.name], argv: ['id'] },
    '[name]/moveMachine': { machineId: machine.id, act: 'return' },
    '[name]/tendMachine': { machineId: machine.id, care: 'end_drain' },
    '[name]/describeMachine': {
      ...{ machineId: machine.id, revision: 99, owner: null, cost: null, rack: null, zone: null },
      ...{ labels: {}, configuration: {}, note: null, expiresAt: null },
    },
    'add/lookAtKubeconfig': { kubeconfig: 'none' },
    'add/addCluster': { ...access, name: cluster.name, environment: 'test' },
    '[name]/adoptNamespace': { ...ofCluster, applicationId: cluster.applicationId },
    '[name]/describeCluster': ofCluster,
    '[name]/operateCluster': { ...ofCluster, act: 'maintain' },
    '[name]/removeCluster': { ...ofCluster, typedName: 'another', namespaces: 'keep' },
    '[name]/stayCluster': ofCluster,
    '[name]/forgetCluster': { ...ofCluster, typedName: 'another' },
    '[name]/replaceCredential': { ...ofCluster, ...access },
    '[name]/lookAtCredential': { kubeconfig: 'none' },
    '[name]/grantCluster': { runtimeId: cluster.runtimeId, organizationId: world.id, amounts: null },
    '[name]/offerCluster': { runtimeId: 'gone', isOffered: true },
    '[name]/lookAgain': { machineId: machine.id, policyId: 'gone' },
    '[name]/savePolicies': { runtimeId: world.runtimes.test, revision: 99, policies: [] },
    '[name]/endRestore': { runtimeId: world.runtimes.test },
    '[name]/endClusterRestore': { runtimeId: cluster.runtimeId },
    '[name]/resumePool': { runtimeId: world.runtimes.test },
    'runtimes/askQuota': { organization: world.slug, runtimeId: granted.runtimeId, amounts: {}, reason: 'for the test' },
    'runtimes/setApplicationQuota': { ...home, amounts: {} },
    'organizations/setOrganizationQuota': { ...inHarbor, amounts: {} },
    'runtimes/withdrawRequest': { organization: world.slug, id: granted.id },
    'requests/approveRequest': { id: granted.id, amounts: {} },
    'requests/refuseRequest': { id: granted.id, answer: 'for the test' },
    '[name]/offer': { runtimeId: 'gone', isOffered: true },
    '[name]/limitLoss': { runtimeId: 'gone', percent: 10 },
    'machines/makePool': { name: 'test', environment: 'test', isOffered: true },
    'join/makeJoinLine': { pool: 'test', hub: 'https://hub', machineName: 'one', maxUses: 2 },
    'join/revokeToken': { id: ended.id },
    'me/restoreOrganization': inHarbor,
    'organizations/restoreOrganization': inHarbor,
    'organizations/setClusterPowers': { ...inHarbor, powers: ['node'], seen: ['node'] },
    'organizations/appointOwner': { ...inHarbor, email: 'nobody@example.org' },
    'members/archiveApplication': home,
    'members/restoreApplication': home,
    'me/createOrganization': { slug: world.slug, name: 'Harbor', application: { slug: 'shop', name: 'Shop' } },
    'members/changeMember': { ...inHarbor, id: ownerMember, role: 'viewer' },
    'members/removeMember': { ...inHarbor, id: ownerMember },
    'members/giveAway': { ...inHarbor, userId: world.userIds.owner },
    'members/inviteMember': { ...inHarbor, role: 'owner', application: 'shop' },
    'members/revokeInvitation': { ...inHarbor, id: invitation },
    'members/askRole': { ...inHarbor, role: 'viewer', application: 'edge', reason: 'for the test' },
    'members/grantRole': { ...inHarbor, id: roleRequest },
    'members/refuseRole': { ...inHarbor, id: roleRequest, answer: 'for the test' },
    'members/withdrawRoleRequest': { ...inHarbor, id: roleRequest },
    'members/renameOrganization': { ...inHarbor, name: 'Harbor' },
    'members/createApplication': { ...inHarbor, slug: 'shop', name: 'Shop' },
    'members/renameApplication': { ...home, name: 'Shop' },
    'members/archiveOrganization': inHarbor,
    'audit/verifyAudit': inHarbor,
    '[number]/comment': { ...record, text: 'for the test' },
    '[number]/review': { ...record, approvalId: 'gone', note: 'for the test' },
    'notices/readNotices': { ids: [] },
    'notices/setNoticeWays': { ...inHarbor, ways: {} },
    'policies/previewPolicy': { ...inHarbor, environment: 'production', rules: policyRules },
    'policies/setPolicy': { ...inHarbor, environment: 'production', rules: policyRules, version: 99 },
    'policies/setStanding': { ...home, service: 'web', rules: null, version: 99 },
    'webhooks/createWebhook': { ...inHarbor, name: 'taken', url: 'http://hook.test', kinds: [] },
    'webhooks/removeWebhook': { ...inHarbor, id: 'gone' },
    'webhooks/switchWebhook': { ...inHarbor, id: 'gone', isOn: true },
    'webhooks/redeliver': { ...inHarbor, id: 'gone', deliveryId: 'gone' },
    'tokens/createOwnToken': { name: 'none', scopes: ['read'], days: 1, application: 'nowhere' },
    'tokens/revokeOwnToken': { id: ownToken },
    'tokens/createToken': { ...inHarbor, name: 'none', scopes: ['approve'], days: 1 },
    'tokens/revokeToken': { ...inHarbor, id: sharedToken },
    'me/endSession': { id: 'gone' },
    'me/endOtherSessions': {},
    'sign-in/addProvider': { id: 'taken', kind: 'google', name: 'Google', clientId: 'c', clientSecret: 's' },
    'sign-in/changeProvider': { id: 'taken', revision: 99, name: 'Google', clientId: 'c' },
    'sign-in/removeProvider': { id: 'none' },
    'sign-in/testProvider': { id: 'none' },
    'users/blockUser': { userId: world.userIds.operator, reason: 'for the test' },
    'users/unblockUser': { userId: world.userIds.viewer },
    'ledger/decideLine': { lineId: decided.id, act: 'forget' },
    'publish/publishPackage': form,
    'own-program/inspectProgram': form,
    'own-program/publishProgram': form,
    'own-program/draftProgram': {
      organization: world.slug,
      program: { name: 'mine', version: '1.0.0', title: 'Mine', command: ['/bin/true'], folder: 'unit' },
    },
  }
})
afterAll(async () => {
  await closeBus()
  await database.dispose()
})

/** Every server action there is, found by where such files lie: a new one without an input here fails the test. */
async function allActions(): Promise<[string, Action][]> {
  const files = (readdirSync(import.meta.dirname, { recursive: true }) as string[]).filter((file) => path.basename(file) === 'actions.ts')
  const found = await Promise.all(
    files
      // The demo's door makes sessions and needs none; its own test is the walk.
      .filter((file) => !file.startsWith('sign-in'))
      .sort()
      .map(async (file) => {
        const actions = (await import(path.join(import.meta.dirname, file))) as Record<string, Action>
        return Object.entries(actions).map(([name, act]): [string, Action] => [`${path.basename(path.dirname(file))}/${name}`, act])
      }),
  )
  return found.flat()
}

const said = ({ ok, error }: Awaited<ReturnType<Action>>) =>
  ok ? 'ok' : (errorStatus[error?.code as keyof typeof errorStatus] ?? error?.code)

test('each role gets from every server action what the table of permissions says', async () => {
  const before = await database.db.deployRecord.count()
  const lines: string[] = []
  for (const [name, act] of await allActions()) {
    expect(inputs, `an input for the action ${name}`).toHaveProperty([name])
    const answers: unknown[] = []
    for (const person of [null, ...personNames]) {
      asking.actor = person && (await world.person(person))
      answers.push(said(await act(inputs[name])))
    }
    lines.push(`${answers.join(' ')}  ${name}`)
  }
  expect(`signed-out ${personNames.join(' ')}\n${lines.join('\n')}`).toMatchSnapshot()
  expect(await database.db.deployRecord.count()).toBe(before)
  // Those of them that were closed doors stand in the audit, a stranger's too; twenty a minute of one person one by one.
  const { rows } = await database.pool.query<{ who: string }>(
    `select actor_id as who from journal.event where name = 'access.refused' and organization_id = $1 and data->>'what' = '/somewhere'`,
    [world.id],
  )
  const refused = (person: 'viewer' | 'stranger') => rows.filter(({ who }) => who === world.userIds[person]).length
  expect([refused('viewer'), refused('stranger')].every((count) => count > 3 && count <= 20)).toBe(true)
}, 60_000)

test('what an action does not know it refuses, whoever asks', async () => {
  asking.actor = await world.person('owner')
  for (const [name, act] of await allActions()) {
    const input = inputs[name]
    if (typeof input !== 'object' || input === null || input instanceof FormData) continue
    const { ok, error } = await act({ ...input, unknown: 'x' })
    expect([name, ok, error?.code, error?.fields]).toEqual([name, false, 'invalid', { unknown: 'is not a field of this request' }])
  }
})
