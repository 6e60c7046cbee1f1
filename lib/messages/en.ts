import { deploys } from './en-deploys'
import { frame } from './en-frame'
import { ledger } from './en-ledger'
import { own } from './en-own'
import { plans } from './en-plans'
import { platform } from './en-platform'
import { services } from './en-services'

export const en = { ...frame, ...deploys, ...plans, ...services, ...platform, ...own, ...ledger }

export type Messages = typeof en
