import { doctor } from './doctor'
import type { Outcome } from './outcome'
import { init } from './package/init'
import { lint } from './package/lint'
import { pack } from './package/pack'
import { flag, text, type Verb } from './verb'
import { applyVerb, exportVerb } from './verbs/apply'
import { archiveVerb, restoreVerb } from './verbs/archive'
import { auditVerb, auditVerifyVerb } from './verbs/audit'
import { completionVerb } from './verbs/completion'
import { deploy } from './verbs/deploy'
import { approveVerb, cancelVerb, deploysVerb, rejectVerb, waitVerb } from './verbs/deploys'
import { loginVerb, logoutVerb, useVerb } from './verbs/login'
import { logsVerb } from './verbs/logs'
import { apiVerb, publishVerb, runVerb } from './verbs/others'
import { clustersVerb, machinesVerb, servicesVerb, whoamiVerb } from './verbs/reads'
import { promoteVerb, rollbackVerb } from './verbs/release-verbs'

/** Every verb says it as people or programs want it; those of the hub also say which hub, and whose. */
export const common = {
  help: { ...flag, short: 'h' },
  json: flag,
  output: { ...text, short: 'o' },
  url: text,
  org: text,
  app: text,
} as const

type OnFolder = (folder: string, values: never) => Promise<Outcome>
const onFolder = (options: Verb['options'], run: OnFolder): Verb => ({
  options,
  args: [0, 1],
  run: ({ args, values }) => run(args[0] ?? '.', values as never),
})

/** Every command, by its words. */
export const verbs: Readonly<Record<string, Verb>> = {
  login: loginVerb,
  logout: logoutVerb,
  whoami: whoamiVerb,
  use: useVerb,
  services: servicesVerb,
  deploy,
  deploys: deploysVerb,
  wait: waitVerb,
  approve: approveVerb,
  reject: rejectVerb,
  cancel: cancelVerb,
  rollback: rollbackVerb,
  promote: promoteVerb,
  logs: logsVerb,
  run: runVerb,
  apply: applyVerb,
  export: exportVerb,
  archive: archiveVerb,
  restore: restoreVerb,
  machines: machinesVerb,
  clusters: clustersVerb,
  audit: auditVerb,
  'audit verify': auditVerifyVerb,
  'package init': onFolder({ name: text, version: text, command: text, port: text, 'port-option': text, check: text, force: flag }, init),
  'package lint': onFolder({}, lint),
  'package pack': onFolder({ out: text }, pack),
  'package publish': publishVerb,
  api: apiVerb,
  doctor: onFolder({ out: text, home: text }, doctor),
  completion: completionVerb(() => ({ verbs, common })),
}
