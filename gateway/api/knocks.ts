import type { Route } from './route'

/** What of the world an address or a body may name. */
export type Names = Record<string, string>

interface Knock {
  /** `{}` parts of the route's path, where they differ from the usual. */
  readonly path?: Record<string, string>
  readonly query?: string
  readonly body?: (names: Names) => unknown
  readonly type?: string
}

const change_ = (names: Names) => ({ stageId: names.stage, kind: 'restart', expectedHash: 'another' })
const service = (names: Names) => ({
  name: 'fresh',
  packageVersionId: names.version,
  runtimeId: names.runtime,
  count: 1,
  expectedHash: 'another',
})
const stage = (names: Names) => ({ runtimeId: names.runtime, packageVersionId: names.version, count: 1, expectedHash: 'another' })
const placement = (names: Names) => ({ environment: 'production', runtimeId: names.runtime, count: 1, expectedHash: 'another' })
const value = { value: 'x' }
const command = () => ({ environment: 'production', argv: ['id'] })
const planHash = 'f'.repeat(64)
const contents = { files: 0, bytes: 0, contents: planHash }
const another = () => ({ expectedHash: 'another' })
const external = () => ({ environment: 'test', name: 'outside', interface: 'redis', endpoints: [{ address: 'redis', port: 6379 }] })
const endpoint = { address: 'elsewhere', port: 6379 }
const elsewhere = () => ({ endpoints: [endpoint], seen: [endpoint] })
const newGroup = (names: Names) => ({
  name: 'taken',
  runtimeId: names.runtime,
  members: [{ name: 'fresh', packageVersionId: names.version }],
})
const removal = () => ({ environment: 'production', expectedHash: 'another' })
const newToken = () => ({ name: 'none', scopes: ['approve'], days: 1, services: ['web'] })
const groupChange = () => ({ environment: 'test', kind: 'restart' })
const routed = () => ({ rules: [{ service: 'web', port: 'http' }] })
const newRoute = (names: Names) => ({ ...routed(), environment: 'production', host: names.host })
const lent = () => ({ environment: 'production', service: 'web', interface: 'nothing', to: 'edge' })

const policy = { approvals: 1, roles: ['admin', 'owner'], windows: [], freezes: [], expiryHours: null }
const nothingSaid = { owner: null, cost: null, rack: null, zone: null, labels: {}, configuration: {}, note: null, expiresAt: null }

const access = { kubeconfig: 'none', account: 'own' }
const onCluster = { path: { name: 'cluster' } }

/** How each route is knocked at. Writes are such that whoever may gets a refusal of the rules (409, 422) and changes nothing. */
const knocks: Record<string, Knock> = {
  'POST /api/v1/organizations': { body: (names) => ({ slug: names.org, name: 'Harbor', application: { slug: 'shop', name: 'Shop' } }) },
  'PATCH /api/v1/organizations/{org}': { body: () => ({ name: 'Harbor' }) },
  'POST /api/v1/organizations/{org}/applications': { body: () => ({ slug: 'shop', name: 'Shop' }) },
  'PATCH /api/v1/organizations/{org}/applications/{app}': { body: () => ({ name: 'Shop' }) },
  'PUT /api/v1/platform/organizations/{org}/powers': { body: () => ({ powers: [], seen: ['node'] }) },
  'POST /api/v1/platform/organizations/{org}/owner': { body: () => ({ email: 'nobody@example.org' }) },
  'PUT /api/v1/organizations/{org}/members/{member}': { path: { member: 'ownerMember' }, body: () => ({ role: 'viewer' }) },
  'DELETE /api/v1/organizations/{org}/members/{member}': { path: { member: 'ownerMember' } },
  'POST /api/v1/organizations/{org}/owner': { body: (names) => ({ userId: names.owner }) },
  'POST /api/v1/organizations/{org}/invitations': { body: () => ({ role: 'owner', application: 'shop' }) },
  'DELETE /api/v1/organizations/{org}/invitations/{invitation}': { path: { invitation: 'invitation' } },
  'POST /api/v1/organizations/{org}/role-requests': { body: () => ({ role: 'viewer', application: 'edge', reason: 'for the test' }) },
  'POST /api/v1/organizations/{org}/role-requests/{request}/grant': { path: { request: 'roleRequest' } },
  'POST /api/v1/organizations/{org}/role-requests/{request}/refuse': {
    path: { request: 'roleRequest' },
    body: () => ({ answer: 'for the test' }),
  },
  'POST /api/v1/organizations/{org}/role-requests/{request}/withdraw': { path: { request: 'roleRequest' } },
  'POST /api/v1/invitations/accept': { body: () => ({ token: 'gone' }) },
  'POST /api/v1/me/tokens': { body: newToken },
  'DELETE /api/v1/me/tokens/{token}': { path: { token: 'ownToken' } },
  'POST /api/v1/organizations/{org}/tokens': { body: newToken },
  'DELETE /api/v1/organizations/{org}/tokens/{token}': { path: { token: 'sharedToken' } },
  'PUT /api/v1/organizations/{org}/policies/{environment}': { body: () => ({ rules: policy, version: 99 }) },
  'POST /api/v1/organizations/{org}/policies/{environment}/preview': { body: () => ({ rules: policy }) },
  'PUT /api/v1/organizations/{org}/applications/{app}/services/{service}/automation': { body: () => ({ rules: null, version: 99 }) },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/changes': { query: 'environment=production' },
  'POST /api/v1/organizations/{org}/deploys/{number}/comments': { body: () => ({ text: 'for the test' }) },
  'POST /api/v1/organizations/{org}/deploys/{number}/overrides/{override}/review': { body: () => ({ note: 'for the test' }) },
  'POST /api/v1/me/notices/read': { body: () => ({ ids: [] }) },
  'PUT /api/v1/me/notices': { body: () => ({ ways: {} }) },
  'PUT /api/v1/me/notices/{org}': { body: () => ({ ways: {} }) },
  'POST /api/v1/organizations/{org}/webhooks': { body: () => ({ name: 'taken', url: 'http://hook.test', kinds: [] }) },
  'PUT /api/v1/organizations/{org}/webhooks/{webhook}/state': { body: () => ({ isOn: true }) },
  'GET /api/v1/organizations/{org}/find': { query: 'q=web' },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/usage': { query: 'environment=production' },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/pods/log': { query: 'pod=web-gone' },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/drift/keep': {
    body: () => ({ environment: 'production', prints: ['nothing'] }),
  },
  'GET /api/v1/organizations/{org}/applications/{app}/new-service': { query: 'package=$package' },
  'GET /api/v1/organizations/{org}/deploys/{number}/log/search': { query: 'q=web' },
  'GET /api/v1/organizations/{org}/packages/{name}': { path: { name: 'package' } },
  'POST /api/v1/organizations/{org}/applications/{app}/services': { body: service },
  'POST /api/v1/organizations/{org}/applications/{app}/services/preview': { body: service },
  'PUT /api/v1/organizations/{org}/applications/{app}/services/{service}/relations': {
    body: () => ({ environment: 'production', relations: { nothing: [] } }),
  },
  'POST /api/v1/organizations/{org}/applications/{app}/external-services': { body: external },
  'PUT /api/v1/organizations/{org}/applications/{app}/external-services/{external}': { path: { external: 'outside' }, body: elsewhere },
  'DELETE /api/v1/organizations/{org}/applications/{app}/external-services/{external}': { path: { external: 'outside' } },
  'GET /api/v1/organizations/{org}/applications/{app}/groups': { query: 'environment=test' },
  'POST /api/v1/organizations/{org}/applications/{app}/groups': { body: newGroup },
  'POST /api/v1/organizations/{org}/applications/{app}/groups/preview': { body: newGroup },
  'POST /api/v1/organizations/{org}/applications/{app}/groups/{group}/changes': { path: { group: 'group' }, body: groupChange },
  'POST /api/v1/organizations/{org}/applications/{app}/groups/{group}/changes/preview': { path: { group: 'group' }, body: groupChange },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/removal': { body: removal },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/removal/preview': { body: removal },
  'GET /api/v1/organizations/{org}/applications/{app}/relation-offers': { query: 'environment=test' },
  'POST /api/v1/organizations/{org}/applications/{app}/relation-offers': { body: lent },
  'POST /api/v1/organizations/{org}/applications/{app}/relation-offers/{offer}/accept': { path: { offer: 'offer' } },
  'DELETE /api/v1/organizations/{org}/applications/{app}/relation-offers/{offer}': { path: { offer: 'offer' } },
  'POST /api/v1/organizations/{org}/applications/{app}/routes': { body: newRoute },
  'POST /api/v1/organizations/{org}/applications/{app}/routes/preview': { body: newRoute },
  'PUT /api/v1/organizations/{org}/applications/{app}/routes/{environment}/{host}': { body: routed },
  'POST /api/v1/organizations/{org}/applications/{app}/routes/{environment}/{host}/preview': { body: routed },
  'POST /api/v1/organizations/{org}/applications/{app}/routes/production/{host}/promote': { body: another },
  'POST /api/v1/organizations/{org}/applications/{app}/routes/production/{host}/promote/preview': { body: another },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/objects': { query: 'object=Pod/web-gone' },
  'DELETE /api/v1/organizations/{org}/applications/{app}/services/{service}/pods/{pod}': { path: { pod: '=web-gone' } },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/placements': { body: placement },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/placements/preview': { body: placement },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/stages': { body: stage },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/stages/preview': { body: stage },
  'POST /api/v1/organizations/{org}/applications/{app}/variables': {
    body: () => ({ environment: 'production', name: 'TAKEN', ...value }),
  },
  'POST /api/v1/organizations/{org}/applications/{app}/variables/{environment}/{name}/rotate': {
    path: { name: '=TAKEN' },
    body: () => ({ ...value, seenVersion: 9 }),
  },
  'DELETE /api/v1/organizations/{org}/applications/{app}/variables/{environment}/{name}': { path: { name: '=TAKEN' } },
  'PUT /api/v1/organizations/{org}/applications/{app}/registries/{environment}/{server}': {
    path: { server: '=registry.test' },
    body: () => ({ username: 'puller', password: 'x' }),
  },
  'DELETE /api/v1/organizations/{org}/applications/{app}/registries/{environment}/{server}': { path: { server: '=gone.test' } },
  'POST /api/v1/organizations/{org}/deploys': { body: change_ },
  'POST /api/v1/organizations/{org}/deploys/preview': { body: change_ },
  'POST /api/v1/organizations/{org}/deploys/{number}/approve': { body: () => ({ planHash }) },
  'POST /api/v1/organizations/{org}/deploys/{number}/reject': { body: () => ({ reason: 'no' }) },
  'POST /api/v1/organizations/{org}/deploys/{number}/override': { body: () => ({ planHash, reason: 'the shop is down' }) },
  'POST /api/v1/organizations/{org}/deploys/{number}/retry': { body: another },
  'POST /api/v1/organizations/{org}/deploys/{number}/roll-back': { body: another },
  'POST /api/v1/organizations/{org}/deploys/{number}/cancel-and-roll-back': { body: another },
  'POST /api/v1/organizations/{org}/deploys/{number}/accept': { body: another },
  'POST /api/v1/organizations/{org}/packages': { body: () => 'no archive', type: 'application/gzip' },
  'POST /api/v1/organizations/{org}/programs/draft': {
    body: () => ({ name: 'mine', version: '1.0.0', title: 'Mine', command: ['/bin/true'], folder: 'unit' }),
  },
  'POST /api/v1/organizations/{org}/packages/{name}/versions/{version}/suspend': { path: { name: 'package', version: '=2.0.0' } },
  'POST /api/v1/organizations/{org}/packages/{name}/versions/{version}/resume': { path: { name: 'package', version: '=1.0.0' } },
  'POST /api/v1/organizations/{org}/packages/{name}/versions/{version}/delete': { path: { name: 'package', version: '=1.0.0' } },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/terminals': { query: 'environment=production' },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/terminals': { body: (names) => ({ unitId: names.unit }) },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/commands': { body: command },
  'POST /api/v1/organizations/{org}/applications/{app}/services/{service}/commands/preview': { body: command },
  'POST /api/v1/platform/commands': { body: (names) => ({ machines: [names.machine], argv: ['id'] }) },
  'POST /api/v1/platform/commands/preview': { body: (names) => ({ machines: [names.machine], argv: ['id'] }) },
  'POST /api/v1/platform/agent-updates': { body: (names) => ({ pool: names.pool }) },
  'POST /api/v1/platform/agent-updates/preview': { body: (names) => ({ pool: names.pool }) },
  'POST /api/v1/machines/{name}/acts/{act}': { body: () => ({}) },
  'PUT /api/v1/machines/{name}/inventory': { body: () => ({ ...nothingSaid, revision: 99 }) },
  'POST /api/v1/machines/{name}/cares/{care}': { body: () => ({}) },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/units/{unit}/files/text': { query: 'path=a' },
  'GET /api/v1/organizations/{org}/applications/{app}/services/{service}/units/{unit}/files/content': { query: 'path=a' },
  'PUT /api/v1/organizations/{org}/applications/{app}/services/{service}/units/{unit}/files/content': {
    query: 'path=a',
    body: () => 'x',
    type: 'application/octet-stream',
  },
  'PUT /api/v1/organizations/{org}/applications/{app}/services/{service}/placements/{placement}/rules': {
    body: () => ({ near: [{ service: 'nobody' }] }),
  },
  'PUT /api/v1/organizations/{org}/applications/{app}/quota': { body: () => ({ amounts: {} }) },
  'PUT /api/v1/platform/organizations/{org}/quota': { body: () => ({ amounts: {} }) },
  'POST /api/v1/organizations/{org}/quota-requests': {
    body: (names) => ({ runtimeId: names.runtime, amounts: {}, reason: 'for the test' }),
  },
  'POST /api/v1/platform/quota-requests/{request}/approve': { body: () => ({ amounts: {} }) },
  'POST /api/v1/platform/quota-requests/{request}/refuse': { body: () => ({ answer: 'for the test' }) },
  'PUT /api/v1/pools/{name}/offered': { path: { name: 'pool' }, body: () => ({ isOffered: true }) },
  'GET /api/v1/pools/{name}': { path: { name: 'pool' } },
  'PUT /api/v1/pools/{name}/loss-limit': { path: { name: 'pool' }, body: () => ({ percent: 10 }) },
  'PUT /api/v1/pools/{name}/init-policies': { path: { name: 'pool' }, body: () => ({ revision: 99, policies: [] }) },
  'POST /api/v1/platform/sign-in-providers': {
    body: () => ({ id: 'taken', kind: 'google', name: 'Google', clientId: 'c', clientSecret: 's' }),
  },
  'PUT /api/v1/platform/sign-in-providers/{provider}': {
    path: { provider: '=taken' },
    body: () => ({ revision: 99, name: 'Google', clientId: 'c' }),
  },
  'DELETE /api/v1/platform/sign-in-providers/{provider}': { path: { provider: '=none' } },
  'POST /api/v1/platform/sign-in-providers/{provider}/test': { path: { provider: '=none' } },
  // Whoever may block may not block themselves, and nobody is blocked.
  'POST /api/v1/platform/users/{user}/block': { path: { user: 'operator' }, body: () => ({ reason: 'for the test' }) },
  'POST /api/v1/platform/users/{user}/unblock': { path: { user: 'operator' } },
  'POST /api/v1/pools': { body: () => ({ name: 'test', environment: 'test' }) },
  'POST /api/v1/clusters/look': { body: () => ({ kubeconfig: 'none' }) },
  'POST /api/v1/clusters': { body: (names) => ({ name: names.cluster, environment: 'test', ...access }) },
  'GET /api/v1/clusters/{name}': onCluster,
  'GET /api/v1/clusters/{name}/workloads': onCluster,
  'PUT /api/v1/clusters/{name}/description': { ...onCluster, body: () => ({}) },
  'PUT /api/v1/clusters/{name}/credential': { ...onCluster, body: () => access },
  'POST /api/v1/clusters/{name}/acts/{act}': { path: { ...onCluster.path, act: '=maintain' } },
  'PUT /api/v1/clusters/{name}/grants/{organizationId}': {
    path: { ...onCluster.path, organizationId: 'organization' },
    body: () => ({ amounts: null }),
  },
  'POST /api/v1/clusters/{name}/namespaces/{applicationId}/adopt': { path: { ...onCluster.path, applicationId: 'application' } },
  'POST /api/v1/clusters/{name}/removal': { ...onCluster, body: () => ({ typedName: 'another', namespaces: 'keep' }) },
  'DELETE /api/v1/clusters/{name}/removal': onCluster,
  'POST /api/v1/clusters/{name}/forget': { ...onCluster, body: () => ({ typedName: 'another' }) },
  'POST /api/v1/join-tokens': { body: () => ({ pool: 'test', hub: 'https://hub', machineName: 'one', maxUses: 2 }) },
  'POST /api/v1/join-tokens/{id}/revoke': { path: { id: 'joinToken' } },
  'POST /api/v1/ledger/{line}/acts/{act}': { path: { act: '=forget' }, body: () => ({}) },
  'PUT /api/v1/agent/copies/{copy}/parts/{index}': { query: `digest=${planHash}`, body: () => 'x', type: 'application/octet-stream' },
  'POST /api/v1/agent/copies/{copy}/packed': { body: () => ({ ...contents, digest: planHash, sizeBytes: 0, parts: 0, left: [] }) },
  'POST /api/v1/agent/copies/{copy}/verified': { body: () => contents },
  'POST /api/v1/callbacks/{recordId}/{taskId}/{attempt}': { body: () => ({ seq: 1, done: { ok: true } }) },
}

const usual: Record<string, string> = {
  app: '=shop',
  service: '=web',
  environment: '=production',
  name: 'machine',
  act: '=return',
  care: '=end_drain',
  runtimeId: 'runtime',
  policyId: '=gone',
  digest: `=${'0'.repeat(64)}`,
  recordId: 'record',
  taskId: 'task',
  attempt: '=1',
  index: '=0',
}

type Knocked = Pick<Route, 'method' | 'path'>

/** Where a route is knocked at in a world with these names, and with what; `parts` are those of its address. */
export function knocksAt(names: Names): (route: Knocked) => Knock & { readonly address: string; readonly parts: Names } {
  // `=x` is the text itself; anything else is the name of something in the world.
  const textOf = (value: string): string => (value.startsWith('=') ? value.slice(1) : (names[value] ?? value))
  return ({ method, path: template }) => {
    const how = knocks[`${method} ${template}`] ?? {}
    const partOf = (key: string): string => textOf(how.path?.[key] ?? usual[key] ?? key)
    const parts = Object.fromEntries([...template.matchAll(/\{(\w+)\}/g)].map(([, key = '']) => [key, partOf(key)]))
    const filled = template.replace(/\{(\w+)\}/g, (_, key: string) => encodeURIComponent(parts[key] ?? key))
    const query = how.query?.replace(/\$(\w+)/g, (_, key: string) => textOf(key))
    return { ...how, parts, address: filled + (query ? `?${query}` : '') }
  }
}
