import type { Messages } from './en'
import { people } from './zh-accounts'
import { audit } from './zh-audit'
import { changes } from './zh-changes'
import { clusters } from './zh-clusters'
import { commands } from './zh-commands'
import { deploys } from './zh-deploys'
import { files } from './zh-files'
import { frame } from './zh-frame'
import { groups } from './zh-groups'
import { init } from './zh-init'
import { inventory } from './zh-inventory'
import { join } from './zh-join'
import { ledger } from './zh-ledger'
import { members } from './zh-members'
import { notices } from './zh-notices'
import { output } from './zh-output'
import { own } from './zh-own'
import { places } from './zh-places'
import { plans } from './zh-plans'
import { platform } from './zh-platform'
import { policies } from './zh-policies'
import { quotas } from './zh-quotas'
import { relations } from './zh-relations'
import { routes } from './zh-routes'
import { runAs } from './zh-run-as'
import { services } from './zh-services'
import { signIn } from './zh-sign-in'
import { signals } from './zh-signals'
import { sizes } from './zh-sizes'
import { tokens } from './zh-tokens'
import { variables } from './zh-variables'
import { workloads } from './zh-workloads'

export const zh: Messages = {
  ...frame,
  ...deploys,
  ...inventory,
  ...places,
  ...policies,
  ...changes,
  ...notices,
  ...quotas,
  ...plans,
  ...services,
  ...output,
  ...platform,
  ...own,
  ...variables,
  relations,
  ...routes,
  groups,
  ...ledger,
  ...join,
  ...signals,
  ...runAs,
  ...sizes,
  ...files,
  ...commands,
  ...init,
  ...people,
  ...clusters,
  ...workloads,
  ...members,
  ...signIn,
  ...tokens,
  ...audit,
}
