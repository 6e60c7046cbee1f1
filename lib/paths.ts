/** Every address of the product, once. Parts from rows are encoded here. */
const part = encodeURIComponent

export const paths = {
  home: '/',
  signIn: '/sign-in',
  organization: (org: string) => `/o/${part(org)}/overview`,
  approvals: (org: string) => `/o/${part(org)}/approvals`,
  catalogue: (org: string) => `/o/${part(org)}/catalogue`,
  upload: (org: string) => `/o/${part(org)}/catalogue/publish`,
  ownProgram: (org: string) => `/o/${part(org)}/catalogue/own-program`,
  package: (org: string, name: string) => `/o/${part(org)}/catalogue/${part(name)}`,
  deploys: (org: string) => `/o/${part(org)}/deploys`,
  deploy: (org: string, number: number) => `/o/${part(org)}/deploys/${number}`,
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
  variables: (org: string, app: string) => `/o/${part(org)}/a/${part(app)}/variables`,
  /** A new service, filled in from one that is there. */
  cloneService: (
    org: string,
    app: string,
    from: { application: string; name: string; environment: string; package: string; version?: string },
  ) =>
    `${paths.newService(org, app, from.package)}${from.version ? `&version=${part(from.version)}` : ''}&from=${part([from.application, from.name, from.environment].join('/'))}`,
  platformMachines: '/platform/machines',
  addMachine: '/platform/join',
  machine: (name: string) => `/platform/machines/${part(name)}`,
  platformLedger: '/platform/ledger',
  platformDeploys: '/platform/deploys',
} as const

/** Addresses for programs. */
export const api = {
  requests: (org: string) => `/api/v1/organizations/${part(org)}/deploys`,
  previews: (org: string) => `/api/v1/organizations/${part(org)}/deploys/preview`,
  deploy: (org: string, number: number) => `/api/v1/organizations/${part(org)}/deploys/${number}`,
  deployDetail: (org: string, number: number) => `/api/v1/organizations/${part(org)}/deploys/${number}/detail`,
  deployLog: (org: string, number: number) => `/api/v1/organizations/${part(org)}/deploys/${number}/log`,
  deployLogSearch: (org: string, number: number) => `/api/v1/organizations/${part(org)}/deploys/${number}/log/search`,
  deployLogText: (org: string, number: number) => `/api/v1/organizations/${part(org)}/deploys/${number}/log.txt`,
  service: (org: string, app: string, name: string, environment: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}?environment=${part(environment)}`,
  serviceRelations: (org: string, app: string, name: string, environment: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/relations?environment=${part(environment)}`,
  newService: (org: string, app: string, packageName: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/new-service?package=${part(packageName)}`,
  variables: (org: string, app: string) => `/api/v1/organizations/${part(org)}/applications/${part(app)}/variables`,
  output: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/output`,
  outputText: (org: string, app: string, name: string, query: URLSearchParams) => `${api.output(org, app, name)}.txt?${query}`,
  terminals: (org: string, app: string, name: string) =>
    `/api/v1/organizations/${part(org)}/applications/${part(app)}/services/${part(name)}/terminals`,
  terminalTicket: (org: string, id: string) => `/api/v1/organizations/${part(org)}/terminals/${part(id)}/ticket`,
  recording: (org: string, id: string) => `/api/v1/organizations/${part(org)}/terminals/${part(id)}/recording`,
  machine: (name: string) => `/api/v1/machines/${part(name)}`,
  find: (org: string) => `/api/v1/organizations/${part(org)}/find`,
  events: '/api/v1/events',
} as const
