import { deploys } from './en-deploys'
import { frame } from './en-frame'
import { platform } from './en-platform'
import { services } from './en-services'

export const en = { ...frame, ...deploys, ...services, ...platform }

export type Messages = typeof en
