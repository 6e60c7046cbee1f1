import { people } from './en-accounts'
import { audit } from './en-audit'
import { changes } from './en-changes'
import { clusters } from './en-clusters'
import { commands } from './en-commands'
import { deploys } from './en-deploys'
import { files } from './en-files'
import { frame } from './en-frame'
import { groups } from './en-groups'
import { init } from './en-init'
import { inventory } from './en-inventory'
import { join } from './en-join'
import { ledger } from './en-ledger'
import { members } from './en-members'
import { notices } from './en-notices'
import { output } from './en-output'
import { own } from './en-own'
import { places } from './en-places'
import { plans } from './en-plans'
import { platform } from './en-platform'
import { policies } from './en-policies'
import { quotas } from './en-quotas'
import { relations } from './en-relations'
import { routes } from './en-routes'
import { runAs } from './en-run-as'
import { services } from './en-services'
import { signIn } from './en-sign-in'
import { signals } from './en-signals'
import { sizes } from './en-sizes'
import { tokens } from './en-tokens'
import { variables } from './en-variables'
import { workloads } from './en-workloads'

export const en = {
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

export type Messages = typeof en
