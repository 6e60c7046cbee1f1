/** Every address of the product, once. Parts from rows are encoded here. */
const part = encodeURIComponent

export const paths = {
  home: '/',
  signIn: '/sign-in',
  /** In a window of its own, beside a page that waits; it ends at the other. */
  signInAgain: '/sign-in?again=1',
  signedInAgain: '/sign-in/done',
  /** Is the account of a provider that of somebody who is here? */
  connectAccount: (token: string) => `/sign-in/connect/${part(token)}`,
  invitation: (token: string) => `/sign-in/invite/${part(token)}`,
  refusedAtTheDoor: (why: string) => `/sign-in?reason=${part(why)}`,
  me: '/me',
  platformAudit: '/platform/audit',
  ownTokens: '/me/tokens',
  notices: '/me/notices',
  organization: (org: string) => `/o/${part(org)}/overview`,
  approvals: (org: string) => `/o/${part(org)}/approvals`,
  catalogue: (org: string) => `/o/${part(org)}/catalogue`,
  upload: (org: string) => `/o/${part(org)}/catalogue/publish`,
  ownProgram: (org: string) => `/o/${part(org)}/catalogue/own-program`,
  package: (org: string, name: string) => `/o/${part(org)}/catalogue/${part(name)}`,
  deploys: (org: string) => `/o/${part(org)}/deploys`,
  /** Without an organisation: the platform's own. */
  deploy: (org: string | null, number: number) => (org === null ? `/platform/deploys/${number}` : `/o/${part(org)}/deploys/${number}`),
  runtimes: (org: string) => `/o/${part(org)}/runtimes`,
  /** The dialog that asks operators, filled in: which pool, and what is lacking there. */
  askQuota: (org: string, runtimeId: string, lacking: Readonly<Record<string, number>> = {}) =>
    `${paths.runtimes(org)}?${new URLSearchParams({ ask: runtimeId, ...Object.fromEntries(Object.entries(lacking).map(([kind, n]) => [kind, String(n)])) })}`,
  application: (org: string, app: string) => `/o/${part(org)}/a/${part(app)}/overview`,
  services: (org: string, app: string) => `/o/${part(org)}/a/${part(app)}/services`,
  relations: (org: string, app: string, environment?: string) =>
    `/o/${part(org)}/a/${part(app)}/relations${environment ? `?environment=${part(environment)}` : ''}`,
  applicationDeploys: (org: string, app: string) => `/o/${part(org)}/a/${part(app)}/deploys`,
  newService: (org: string, app: string, packageName?: string) =>
    `/o/${part(org)}/a/${part(app)}/services/new${packageName ? `?package=${part(packageName)}` : ''}`,
  service: (org: string, app: string, name: string, environment?: string) =>
    `/o/${part(org)}/a/${part(app)}/services/${part(name)}${environment ? `?environment=${part(environment)}` : ''}`,
  /** A change of a service, as its dialog on the page. */
  serviceAct: (org: string, app: string, name: string, environment: string, act: string) =>
    `${paths.service(org, app, name, environment)}&act=${part(act)}`,
  serviceTab: (org: string, app: string, name: string, environment: string, tab: string) =>
    `${paths.service(org, app, name, environment)}&tab=${part(tab)}`,
  /** A command on its units; `again` fills it in from an earlier one. */
  runCommand: (org: string, app: string, name: string, environment: string, again?: number) =>
    `/o/${part(org)}/a/${part(app)}/services/${part(name)}/command?environment=${part(environment)}${again ? `&again=${again}` : ''}`,
  runOnMachines: (machines: readonly string[], again?: number) =>
    `/platform/command?${new URLSearchParams([...machines.map((name) => ['machine', name] as [string, string]), ...(again ? [['again', String(again)] as [string, string]] : [])])}`,
  routes: (org: string, app: string) => `/o/${part(org)}/a/${part(app)}/routes`,
  newRoute: (org: string, app: string) => `/o/${part(org)}/a/${part(app)}/routes/new`,
  route: (org: string, app: string, host: string, environment: string) =>
    `/o/${part(org)}/a/${part(app)}/routes/${part(host)}?environment=${part(environment)}`,
  variables: (org: string, app: string) => `/o/${part(org)}/a/${part(app)}/variables`,
  /** A new service, filled in from one that is there. */
  cloneService: (
    org: string,
    app: string,
    from: { application: string; name: string; environment: string; package: string; version?: string },
  ) =>
    `${paths.newService(org, app, from.package)}${from.version ? `&version=${part(from.version)}` : ''}&from=${part([from.application, from.name, from.environment].join('/'))}`,
  audit: (org: string) => `/o/${part(org)}/settings/audit`,
  tokens: (org: string) => `/o/${part(org)}/settings/tokens`,
  webhooks: (org: string) => `/o/${part(org)}/settings/webhooks`,
  policies: (org: string) => `/o/${part(org)}/settings/policies`,
  members: (org: string) => `/o/${part(org)}/settings/members`,
  platformMachines: '/platform/machines',
  addMachine: '/platform/join',
  machine: (name: string) => `/platform/machines/${part(name)}`,
  pool: (name: string) => `/platform/pools/${part(name)}`,
  platformUsers: '/platform/users',
  platformOrganizations: '/platform/organizations',
  platformClusters: '/platform/clusters',
  addCluster: '/platform/clusters/add',
  cluster: (name: string) => `/platform/clusters/${part(name)}`,
  platformSignIn: '/platform/sign-in',
  platformLedger: '/platform/ledger',
  platformRequests: '/platform/requests',
  platformAgents: '/platform/agents',
  platformDeploys: '/platform/deploys',
} as const

const deployBase = (org: string | null) => (org === null ? '/api/v1/platform/deploys' : `/api/v1/organizations/${part(org)}/deploys`)

/** Addresses for programs. */
export const api = {
  requests: (org: string) => `/api/v1/organizations/${part(org)}/deploys`,
  previews: (org: string) => `/api/v1/organizations/${part(org)}/deploys/preview`,
  deploy: (org: string | null, number: number) => `${deployBase(org)}/${number}`,
  deployDetail: (org: string | null, number: number) => `${deployBase(org)}/${number}/detail`,
  liveDiff: (org: string, number: number) => `${deployBase(org)}/${number}/live-diff`,
  deployLog: (org: string | null, number: number) => `${deployBase(org)}/${number}/log`,
  deployLogSearch: (org: string | null, number: number) => `${deployBase(org)}/${number}/log/search`,
  deployLogText: (org: string | null, number: number) => `${deployBase(org)}/${number}/log.txt`,
  /** Targets of a command, what they printed, and all of it as a file. */
  commandStand: (org: string | null, number: number) => `${deployBase(org)}/${number}/command`,
  commandRows: (org: string | null, number: number, query: URLSearchParams) => `${deployBase(org)}/${number}/command/targets?${query}`,
  commandOutput: (org: string | null, number: number, index: number) => `${deployBase(org)}/${number}/command/targets/${index}/output`,
  commandExport: (org: string | null, number: number, as: 'csv' | 'jsonl') => `${deployBase(org)}/${number}/command/results.${as}`,
  service: (org: string, app: string, name: string, environment: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}?environment=${part(environment)}`,
  places: (org: string, app: string, name: string, unitId: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/units/${part(unitId)}/places`,
  serviceChanges: (org: string, app: string, name: string, environment: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/changes?environment=${part(environment)}`,
  routeChanges: (org: string, app: string, host: string, environment: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/routes/${part(environment)}/${part(host)}/changes`,
  machineChanges: (name: string) => `/api/v1/machines/${part(name)}/changes`,
  serviceUsage: (org: string, app: string, name: string, environment: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/usage?environment=${part(environment)}`,
  serviceRelations: (org: string, app: string, name: string, environment: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/relations?environment=${part(environment)}`,
  relationOffers: (org: string, app: string, environment: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/relation-offers?environment=${part(environment)}`,
  newService: (org: string, app: string, packageName: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/new-service?package=${part(packageName)}`,
  variables: (org: string, app: string) => `/api/v1/organizations/${part(org)}/applications/${part(app)}/variables`,
  drift: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/drift`,
  podLog: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/pods/log`,
  podLogStream: (org: string, app: string, name: string, query: URLSearchParams) => `${api.podLog(org, app, name)}/stream?${query}`,
  podLogText: (org: string, app: string, name: string, query: URLSearchParams) => `${api.podLog(org, app, name)}.txt?${query}`,
  podUsage: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/pods/usage`,
  clusterObject: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/objects`,
  clusterEvents: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/events`,
  endpoints: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/endpoints`,
  output: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/output`,
  outputText: (org: string, app: string, name: string, query: URLSearchParams) => `${api.output(org, app, name)}.txt?${query}`,
  terminals: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/terminals`,
  terminalTicket: (org: string, id: string) => `/api/v1/organizations/${part(org)}/terminals/${part(id)}/ticket`,
  recording: (org: string, id: string) => `/api/v1/organizations/${part(org)}/terminals/${part(id)}/recording`,
  files: (org: string, app: string, service: string, unit: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(service)}/units/${part(unit)}/files`,
  machine: (name: string) => `/api/v1/machines/${part(name)}`,
  cluster: (name: string) => `/api/v1/clusters/${part(name)}`,
  clusterWorkloads: (name: string, ask: Readonly<Record<string, string>>) => {
    const given = Object.entries(ask).filter(([, value]) => value !== '')
    return `/api/v1/clusters/${part(name)}/workloads?${new URLSearchParams(given)}`
  },
  machineUsage: (name: string) => `/api/v1/machines/${part(name)}/usage`,
  members: (org: string) => `/api/v1/organizations/${part(org)}/members`,
  platformOrganizations: '/api/v1/platform/organizations',
  find: (org: string) => `/api/v1/organizations/${part(org)}/find`,
  me: '/api/v1/me',
  events: '/api/v1/events',
} as const
