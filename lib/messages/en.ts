import { commands } from './en-commands'
import { deploys } from './en-deploys'
import { frame } from './en-frame'
import { ledger } from './en-ledger'
import { own } from './en-own'
import { plans } from './en-plans'
import { platform } from './en-platform'
import { relations } from './en-relations'
import { services } from './en-services'
import { variables } from './en-variables'

export const en = { ...frame, ...deploys, ...plans, ...services, ...platform, ...own, ...variables, relations, ...ledger, ...commands }

export type Messages = typeof en
