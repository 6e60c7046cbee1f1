import type { Messages } from './en'
import { commands } from './zh-commands'
import { deploys } from './zh-deploys'
import { frame } from './zh-frame'
import { ledger } from './zh-ledger'
import { own } from './zh-own'
import { plans } from './zh-plans'
import { platform } from './zh-platform'
import { relations } from './zh-relations'
import { services } from './zh-services'
import { variables } from './zh-variables'

export const zh: Messages = {
  ...frame,
  ...deploys,
  ...plans,
  ...services,
  ...platform,
  ...own,
  ...variables,
  relations,
  ...ledger,
  ...commands,
}
